from flask import url_for


def test_home(client):
    response = client.get("/")
    assert response.status_code == 200
    assert response.text == "Welcome!"


def test_about(client):
    response = client.get("/about")
    assert response.status_code == 404


def test_missing_album(client):
    response = client.get("/albums/99")
    assert response.status_code == 404


def test_add(client):
    response = client.post(
        "/albums", data={"title": "Post"}, follow_redirects=True
    )
    assert response.request.path == "/albums"
    assert response.json == ["Dummy", "Debut", "Post"]


def test_me_needs_a_login(client):
    response = client.get("/me")
    assert response.status_code == 401


def test_me(client):
    with client.session_transaction() as session:
        session["user"] = "ann"
    response = client.get("/me")
    assert response.text == "Hello, ann!"


def test_url_of_an_album(app):
    with app.test_request_context():
        assert url_for("album", number=1) == "/albums/1"
