from app import app


def test_home_lists_the_recipes():
    response = app.test_client().get("/")
    assert response.status_code == 200
    assert "Pancakes" in response.text


def test_unknown_recipe_is_not_found():
    response = app.test_client().get("/recipes/nothing-of-that-name")
    assert response.status_code == 404
    assert "There is no such page" in response.text


def test_notes_are_closed_to_strangers():
    response = app.test_client().get("/notes")
    assert response.status_code == 302
    assert response.location == "/login"
