"""Arelle on packages, as a process of its own: prints what it found and read of each as JSON.

``python arelle_reader.py FOLDER PACKAGE… [--taxonomy ZIP]``; Arelle keeps its settings in FOLDER.
"""

import argparse
import json
import os
import sys


def main() -> None:
    """Read the packages that the command line names."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("packages", nargs="+")
    parser.add_argument("--taxonomy")
    given = parser.parse_args()
    os.environ["HOME"] = os.environ["XDG_CONFIG_HOME"] = given.folder
    from arelle.api.Session import Session
    from arelle.RuntimeOptions import RuntimeOptions

    read = []
    for package in given.packages:
        options = RuntimeOptions(
            entrypointFile=package,
            internetConnectivity="offline",
            packages=[given.taxonomy] if given.taxonomy else None,
            validate=True,
            keepOpen=True,
            logFile="logToStructuredMessage",
        )
        with Session() as session:
            session.run(options)
            said = [one for one in session.get_log_messages() if one["levelname"] == "ERROR"]
            facts = []
            for model in session.get_models():
                for fact in model.facts:
                    dimensions = {
                        name.localName: dimension.typedMember.text
                        for name, dimension in fact.context.qnameDims.items()
                    }
                    facts.append((fact.qname.localName, dimensions, fact.value))
        read.append({"codes": sorted({one["messageCode"] for one in said}), "facts": facts})
    sys.stdout.write("\n" + json.dumps(read))


if __name__ == "__main__":
    main()
