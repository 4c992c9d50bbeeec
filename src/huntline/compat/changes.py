"""Values of a body that changes something: texts, words of our vocabulary, lists of texts."""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from huntline.compat.errors import RequestBodyInvalid

W = TypeVar("W", bound=StrEnum)


def refuse_unknown(body: Mapping[str, Any], changeable: Collection[str]) -> None:
    """Raise RequestBodyInvalid if the body names a property that cannot be changed."""
    unknown = next((name for name in body if name not in changeable), None)
    if unknown is not None:
        raise RequestBodyInvalid(
            "The property “{name}” cannot be changed; these can: {known}.",
            name=unknown[:100],
            known=", ".join(changeable),
        )


def texts_of(body: Mapping[str, Any], names: Sequence[str]) -> dict[str, str]:
    """Return the texts of a body; null says nothing, except that nobody shall be the owner. Raises RequestBodyInvalid."""
    given = {name: "" if name == "assignedTo" and body[name] is None else body[name] for name in names if name in body}
    return {name: text_of(name, value) for name, value in given.items() if value is not None}


def text_of(name: str, value: Any) -> str:
    """Return a text. Raises RequestBodyInvalid."""
    # JSON's escapes can write halves of characters, which no database keeps.
    if not isinstance(value, str) or any("\ud800" <= character <= "\udfff" for character in value):
        raise RequestBodyInvalid("“{name}” must be a text.", name=name)
    return value


def list_of_texts(name: str, value: Any) -> list[str]:
    """Return a list of texts. Raises RequestBodyInvalid."""
    if not isinstance(value, list):
        raise RequestBodyInvalid("“{name}” must be a list of texts.", name=name)
    return [text_of(name, item) for item in value]


def word_of(name: str, texts: Mapping[str, str], words: Mapping[str, W]) -> W | None:
    """Return the word that a text is by the contract's name, in any case; None where it is not given. Raises RequestBodyInvalid."""
    if name not in texts:
        return None
    found = next((word for foreign, word in words.items() if foreign.lower() == texts[name].lower()), None)
    if found is None:
        raise RequestBodyInvalid(
            "“{value}” is not a value of {name}; these are: {known}.",
            value=texts[name][:100],
            name=name,
            known=", ".join(words),
        )
    return found


def own_names(kind: type[W]) -> dict[str, W]:
    """Return the words by the names that we share with the contract."""
    return {word.value: word for word in kind}
