"""The trace of one request: `facts` and `steps` are its data, `watching` the recorder that makes them."""
