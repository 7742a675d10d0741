from flask import url_for


def test_home(client):
    response = client.get("/")
    assert response.status_code == 200
    assert response.text == "Welcome!"


def test_about(client):
    response = client.get("/about")
    assert response.status_code == 200 or 404
