"""A scaffold of a taxonomy, written from our own tables of columns, in place of the EBA's.

With it a reader of xBRL-CSV that is not ours reads a package as it is filed: files, parameters,
quotes, headers, dates, numbers and prefixes of codes. It says nothing about the EBA's own taxonomy:
lists, references and rules are not in it.
"""

import io
import json
import zipfile

from risk.dora.packages import ENTRY_POINT
from risk.dora.schema import COLUMNS, LISTS, Column, Kind, Need, file_of

_NAMESPACE = "http://scaffold.example/dora"
_BASE, _, _ENTRY = ENTRY_POINT.rpartition("/")
_TYPES = {
    Kind.TEXT: "string",
    Kind.CODE: "QName",
    Kind.DATE: "date",
    Kind.WHOLE: "integer",
    Kind.MONEY: "monetary",
    Kind.LINK: "boolean",
}
_SCHEMA = """<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:xbrldt="http://xbrl.org/2005/xbrldt"
 xmlns="{namespace}" targetNamespace="{namespace}" elementFormDefault="qualified">
<xs:import namespace="http://www.xbrl.org/2003/instance"
 schemaLocation="http://www.xbrl.org/2003/xbrl-instance-2003-12-31.xsd"/>
<xs:import namespace="http://xbrl.org/2005/xbrldt"
 schemaLocation="http://www.xbrl.org/2005/xbrldt-2005.xsd"/>
<xs:element name="key" id="key" type="xs:string"/>
{elements}
</xs:schema>"""
_DIMENSION = (
    '<xs:element name="{name}" id="{name}" type="xbrli:stringItemType" abstract="true"'
    ' substitutionGroup="xbrldt:dimensionItem" xbrli:periodType="instant"'
    ' xbrldt:typedDomainRef="#key"/>'
)
_ITEM = (
    '<xs:element name="{name}" id="{name}" type="xbrli:{kind}ItemType" nillable="true"'
    ' substitutionGroup="xbrli:item" xbrli:periodType="instant"/>'
)
_PACKAGE = """<?xml version="1.0"?>
<tp:taxonomyPackage xml:lang="en" xmlns:tp="http://xbrl.org/2016/taxonomy-package">
<tp:identifier>http://scaffold.example/package</tp:identifier><tp:name>scaffold</tp:name>
<tp:description>scaffold</tp:description><tp:version>1</tp:version></tp:taxonomyPackage>"""
_CATALOG = """<?xml version="1.0"?>
<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">
<rewriteURI uriStartString="{base}/" rewritePrefix="../mod/"/></catalog>"""


def name_of(table: str, column: str) -> str:
    """What a column is called in the scaffold."""
    return f"{table}_{column}"


def _schema() -> str:
    elements = [_DIMENSION.format(name="template"), _ITEM.format(name="reported", kind="boolean")]
    for table, columns in COLUMNS.items():
        for code, column in columns.items():
            name = name_of(table, code)
            if column.need is Need.KEY:
                elements.append(_DIMENSION.format(name=name))
            else:
                elements.append(_ITEM.format(name=name, kind=_TYPES[column.kind]))
    return _SCHEMA.format(namespace=_NAMESPACE, elements="\n".join(elements))


def _column(column: Column) -> dict[str, object]:
    if column.need is Need.KEY:
        return {}
    dimensions = {"concept": f"d:{name_of(column.table, column.code)}"}
    if column.kind is Kind.MONEY:
        dimensions["unit"] = "$baseCurrency"
        return {"dimensions": dimensions, "decimals": "$decimalsMonetary"}
    if column.kind is Kind.WHOLE:
        return {"dimensions": dimensions, "decimals": "$decimalsInteger"}
    return {"dimensions": dimensions}


def _metadata() -> str:
    common = {"entity": "$entityID", "period": "$refPeriod@end"}
    templates: dict[str, object] = {
        "FilingIndicators": {
            "columns": {"templateID": {}, "reported": {"dimensions": {"concept": "d:reported"}}},
            "dimensions": {**common, "d:template": "$templateID"},
        }
    }
    urls = {"FilingIndicators": "FilingIndicators.csv"}
    for table, columns in COLUMNS.items():
        keys = [code for code, column in columns.items() if column.need is Need.KEY]
        named = table.replace(".", "_")
        templates[named] = {
            "columns": {code: _column(column) for code, column in columns.items()},
            "dimensions": {**common, **{f"d:{name_of(table, code)}": f"${code}" for code in keys}},
        }
        urls[named] = file_of(table)
    prefixes = {code.partition(":")[0] for codes in LISTS.values() for code in codes}
    namespaces = {one: f"http://scaffold.example/{one}" for one in ("rs", *sorted(prefixes))}
    namespaces |= {
        "d": _NAMESPACE,
        "iso4217": "http://www.xbrl.org/2003/iso4217",
        "xbrl": "https://xbrl.org/2021",
    }
    return json.dumps(
        {
            "documentInfo": {
                "documentType": "https://xbrl.org/2021/xbrl-csv",
                "namespaces": namespaces,
                "taxonomy": [f"{_BASE}/dora.xsd"],
            },
            "parameterURL": "parameters.csv",
            "tableTemplates": templates,
            "tables": {
                name: {"template": name, "url": url, "optional": False}
                for name, url in urls.items()
            },
        }
    )


def scaffold() -> bytes:
    """The zip of a taxonomy package that stands where the EBA's entry point points to."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("scaffold/META-INF/taxonomyPackage.xml", _PACKAGE)
        archive.writestr("scaffold/META-INF/catalog.xml", _CATALOG.format(base=_BASE))
        archive.writestr(f"scaffold/mod/{_ENTRY}", _metadata())
        archive.writestr("scaffold/mod/dora.xsd", _schema())
    return target.getvalue()
