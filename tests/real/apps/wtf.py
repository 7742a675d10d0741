"""Flask-WTF: a before_request of a library that refuses, forms in templates, an error handler for it."""

from flask import Flask, render_template_string
from flask_wtf import CSRFProtect, FlaskForm
from flask_wtf.csrf import CSRFError
from wtforms import StringField
from wtforms.validators import DataRequired

app = Flask(__name__)
app.secret_key = "k"
csrf = CSRFProtect(app)


class Name(FlaskForm):
    name = StringField("name", validators=[DataRequired()])


PAGE = "<form method=post>{{ form.csrf_token }}{{ form.name }}{{ form.errors }}</form>"


@app.route("/", methods=["GET", "POST"])
def home():
    form = Name()
    if form.validate_on_submit():
        return f"hello {form.name.data}"
    return render_template_string(PAGE, form=form)


@app.route("/plain", methods=["GET", "POST"])
def plain():
    return "plain"


@app.route("/free", methods=["POST"])
@csrf.exempt
def free():
    return "free"


@app.errorhandler(CSRFError)
def refused(error):
    return f"refused: {error.description}", 400
