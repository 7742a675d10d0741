"""Dash: routes added by a library, a catch-all path, hooks of its own, callbacks over JSON."""

from dash import Dash, Input, Output, dcc, html, no_update

dash = Dash(__name__, title="Counts")
app = dash.server
dash.layout = html.Div([dcc.Input(id="word", value=""), html.Div(id="told"), dcc.Link("x", href="/x")])


@dash.callback(Output("told", "children"), Input("word", "value"))
def tell(word):
    if word == "fail":
        raise ValueError("no such word")
    return no_update if word == "same" else f"{len(word)} letters"


@app.before_request
def look():
    pass
