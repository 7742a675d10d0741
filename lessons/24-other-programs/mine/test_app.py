from app import app


def test_home_lists_the_recipes():
    response = app.test_client().get("/")
    assert response.status_code == 200
    assert "Pancakes" in response.text
