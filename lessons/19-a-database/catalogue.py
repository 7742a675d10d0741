import sqlite3

# In memory, so that it begins anew with each start of the app.
# With the name of a file in its place, it would stay.
PLACE = "file:catalogue?mode=memory&cache=shared"
ALBUMS = [(1, "Dummy", 1994), (2, "Mezzanine", 1998), (3, "Debut", 1993)]


def connect():
    db = sqlite3.connect(PLACE, uri=True)
    db.row_factory = sqlite3.Row
    return db


keeper = connect()
keeper.execute("DROP TABLE IF EXISTS album")
keeper.execute("CREATE TABLE album (id INTEGER PRIMARY KEY, title TEXT, year INTEGER)")
keeper.executemany("INSERT INTO album VALUES (?, ?, ?)", ALBUMS)
keeper.commit()
