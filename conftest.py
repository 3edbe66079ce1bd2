"""Tests take the plugin from the tree, installed or not."""

pytest_plugins = ["leftfold.pytest_plugin"]
