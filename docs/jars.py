"""Prints influence_graph/store/local_neo4j/jars.lock: every jar of the server that `influence-graph neo4j up` starts.

    .venv/bin/python docs/jars.py > influence_graph/store/local_neo4j/jars.lock

Run it to move to another version of Neo4j or of Neo4j Browser, named below, then run the tests. It needs the extra
[server] and the network: jgo finds what the two artifacts need (their native parts for every system among it), fetches
it all into a folder that is removed again, and each file is written down with its sum and size.
"""

from __future__ import annotations

import tempfile
from hashlib import sha256
from pathlib import Path

import jgo
from jgo.maven import MavenContext

NEO4J = "org.neo4j:neo4j:5.26.30"
BROWSER = "org.neo4j.client:neo4j-browser:5.24.0"


def lines(cache: Path) -> list[str]:
    """A line a jar: its coordinates, its SHA-256 and its size in bytes."""
    told = []
    for found in jgo.resolve(f"{NEO4J}+{BROWSER}"):
        context = MavenContext(repo_cache=cache, timeout=60)
        jar = context.project(found.groupId, found.artifactId).at_version(found.version).artifact(found.classifier)
        content = jar.resolve().read_bytes()
        name = ":".join(filter(None, (found.groupId, found.artifactId, found.version, found.classifier)))
        told.append(f"{name} {sha256(content).hexdigest()} {len(content)}")
    return sorted(told)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print("\n".join(lines(Path(folder))))
