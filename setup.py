"""What pyproject.toml cannot say: voices/, beside the program here, is inside it when installed."""

from setuptools import find_namespace_packages, setup

setup(
    packages=[*find_namespace_packages(include=["podcast*"]), "podcast.voices"],
    package_dir={"podcast.voices": "voices"},
)
