"""What the tools of responders make of a package: MISP's own library of its STIX, TheHive's client of its alert."""

import json
import sys
import typing
import zipfile

import stix2
from misp_stix_converter import ExternalSTIX2toMISPParser
from pymisp import MISPEvent
from thehive4py.types.alert import InputAlert
from thehive4py.types.observable import InputObservable
from thehive4py.types.procedure import InputProcedure


def misp(text):
    parser = ExternalSTIX2toMISPParser()
    parser.load_stix_bundle(stix2.parse(text, allow_custom=False))
    parser.parse_stix_bundle(single_event=True)
    event = MISPEvent()
    event.load(parser.misp_event.to_dict())  # as a MISP server would take it
    found = [*event.attributes, *(attribute for made in event.objects for attribute in made.attributes)]
    return {
        "info": event.info,
        "tags": [tag.name for tag in event.tags],
        "objects": sorted({made.name for made in event.objects}),
        "indicators": [str(attribute.value) for attribute in found if attribute.to_ids],
        "errors": {str(key): list(map(str, values)) for key, values in parser.errors.items()},
    }


def unfit(kind, value):
    """Return the fields that the client's types do not have, and those that they ask for and that are not there."""
    return sorted(set(value) ^ (set(kind.__required_keys__) | (set(value) & set(typing.get_type_hints(kind)))))


with zipfile.ZipFile(sys.argv[1]) as package:
    alert = json.loads(package.read("thehive.json"))
    said = {
        "misp": misp(package.read("indicators.stix.json").decode()),
        "thehive": {
            "alert": unfit(InputAlert, alert),
            "observables": [wrong for one in alert["observables"] if (wrong := unfit(InputObservable, one))],
            "procedures": [wrong for one in alert["procedures"] if (wrong := unfit(InputProcedure, one))],
            "count": len(alert["observables"]),
        },
    }
print(json.dumps(said))
