"""parse_xml: markup to JSON, as documented. One pass over the tags; elements that are still open lie on a stack.

What is kept of an element are its members, in their order: `@name` for attributes, `#text`, and its children.
"""

from huntline.kql.functions.spec import FunctionSpec, row

# Comments, instructions and declarations; texts as they are; tags; other texts.
_PIECE = (
    r"""(?s)<!--.*?-->|<\\?.*?\\?>|<!\\[CDATA\\[.*?\\]\\]>|<![^>]*>|</[^>]*>"""
    r"""|<[^\\s/>!?][^\\s/>]*(?:\\s+[^\\s=/>]+\\s*=\\s*(?:"[^"]*"|\\x27[^\\x27]*\\x27))*\\s*/?>|[^<]+"""
)
_ATTRIBUTE = r"""\\s([^\\s=/>]+)\\s*=\\s*(?:"([^"]*)"|\\x27([^\\x27]*)\\x27)"""
_NUMBER = "^-?(?:0|[1-9][0-9]{0,14})(?:[.][0-9]{1,6})?$"
_VALUE = f"arrayMap(_w -> if(match(_w, '{_NUMBER}'), _w, toJSONString(_w)), [decodeXMLComponent(TEXT)])[1]"
_ATTRIBUTES = (
    f"arrayMap(_g -> (concat('@', _g[1]), {_VALUE.replace('TEXT', 'concat(_g[2], _g[3])')}), "
    f"extractAllGroupsVertical(_t, '{_ATTRIBUTE}'))"
)
# Members of one name become an array at the place of the first.
_GROUPED = (
    "concat(char(123), arrayStringConcat(arrayMap(_n -> concat(toJSONString(_n), ':', "
    "arrayMap(_o -> if(length(_o) = 1, _o[1], concat('[', arrayStringConcat(_o, ','), ']')), "
    "[arrayMap(_q -> _q.2, arrayFilter(_q -> _q.1 = _n, MEMBERS))])[1]), arrayDistinct(arrayMap(_q -> _q.1, MEMBERS))), ','), char(125))"
)
_ELEMENT = "multiIf(empty(MEMBERS), 'null', length(MEMBERS) = 1 AND MEMBERS[1].1 = '#text', MEMBERS[1].2, GROUPED)"
_CLOSED = _ELEMENT.replace("GROUPED", _GROUPED)


def _with_member(stack: str, member: str) -> str:
    """Return the stack with one more member of the innermost element."""
    return f"arrayPushBack(arrayPopBack({stack}), arrayPushBack({stack}[-1], {member}))"


_NAME = "extract(_t, '^</?([^\\\\s/>]+)')"
_TEXT = f"('#text', {_VALUE})"
_STEP = (
    "multiIf("
    # What is no part of the content, and white space between elements.
    "startsWith(_t, '<?') OR startsWith(_t, '<!--') OR (startsWith(_t, '<!') AND NOT startsWith(_t, '<![CDATA[')) "
    "OR match(_t, '^\\\\s*$'), _s, "
    # A text outside of the root, or a tag that closes what is not open: no XML.
    "startsWith(_t, '</') AND (empty(_s.2) OR _s.2[-1] != @@NAME), (_s.1, _s.2, 1), "
    "NOT match(_t, '^<[^!]') AND empty(_s.2), (_s.1, _s.2, 1), "
    "startsWith(_t, '<![CDATA['), (@@RAW, _s.2, _s.3), "
    "startsWith(_t, '</'), (@@CLOSING, arrayPopBack(_s.2), _s.3), "
    "match(_t, '^<.*/>$'), (@@EMPTY, _s.2, _s.3), "
    "startsWith(_t, '<'), (arrayPushBack(_s.1, @@ATTRIBUTES), arrayPushBack(_s.2, @@NAME), _s.3), "
    "(@@TEXT, _s.2, _s.3))"
)
_REPLACED = {
    "RAW": _with_member("_s.1", "('#text', toJSONString(substring(_t, 10, length(_t) - 12)))"),
    "CLOSING": _with_member("arrayPopBack(_s.1)", f"(_s.2[-1], {_CLOSED.replace('MEMBERS', '_s.1[-1]')})"),
    "EMPTY": _with_member("_s.1", f"({_NAME}, {_CLOSED.replace('MEMBERS', _ATTRIBUTES)})"),
    "ATTRIBUTES": _ATTRIBUTES,
    "NAME": _NAME,
    "TEXT": _with_member("_s.1", _TEXT.replace("TEXT", "trimBoth(_t)")),
}
for _word, _sql in _REPLACED.items():
    _STEP = _STEP.replace(f"@@{_word}", _sql)
_START = "([CAST([], 'Array(Tuple(String, String))')], emptyArrayString(), toUInt8(0))"
# The root must be the only member of the outermost level, and nothing may be left open.
_PARSED = (
    "arrayMap(_x -> arrayMap(_k -> if(length(_x) > 1048576 OR arrayStringConcat(_k) != _x, '', "
    f"arrayMap(_r -> if(_r.3 = 1 OR notEmpty(_r.2) OR length(_r.1[1]) != 1, '', {_GROUPED.replace('MEMBERS', '_r.1[1]')}), "
    f"[arrayFold((_s, _t) -> {_STEP}, _k, {_START})])[1]), [extractAll(_x, '{_PIECE}')])[1], [{{0}}])[1]"
)

ROWS: tuple[FunctionSpec, ...] = (row("parse_xml(string) json", _PARSED, rules=(6,)),)
