"""Stores each instance in a file, which the test reads."""

import json
import os
from pathlib import Path

INSTANCES = Path(os.environ["INSTANCES"])


def save_instance(subject, id, token):
    (INSTANCES / str(id)).write_text(json.dumps([subject, token]))


def delete_instance(subject, id):
    (INSTANCES / str(id)).unlink(missing_ok=True)
