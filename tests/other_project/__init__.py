"""Another Django project with both apps in it: users of its own, and nothing of skysentry/."""
