"""What holds for every test: a property is judged by its examples, never by their seconds."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
