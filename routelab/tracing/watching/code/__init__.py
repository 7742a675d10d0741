"""The app's own code: where its functions stand, what is wrapped around them, and its values as text."""
