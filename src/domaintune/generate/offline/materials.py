"""Catalysts and supports that are no compounds by name: metals, carbons, and oxides by their old names."""

import re

from domaintune.science.chemistry.compounds import find_compounds

_METALS = (
    "platinum palladium ruthenium rhodium iridium osmium gold silver nickel cobalt copper iron manganese molybdenum "
    "tungsten vanadium cerium zinc tin bismuth indium rhenium lanthanum"
)
_SYMBOLS = "Pt Pd Ru Rh Ir Os Au Ag Ni Co Cu Fe Mn Mo W V Ce Zn Sn Bi In Re La"
_SUPPORTS = (
    r"carbon black",
    r"activated carbon",
    r"(?:multi-?walled |single-?walled )?carbon nanotubes?",
    r"carbon (?:fib(?:er|re)s?|cloth|paper|felt|nitride|nanofib(?:er|re)s?)",
    r"porous carbon",
    r"glassy carbon",
    r"(?:reduced )?graphene oxide",
    r"graphene",
    r"graphite",
    r"(?:nickel|copper) foam",
    r"boron nitride",
    r"zeolites?(?: [A-Z][\w-]*)?",
    r"silica(?:-alumina)?",
    r"alumina",
    r"titania",
    r"ceria",
    r"zirconia",
    r"magnesia",
)
_MATERIAL = re.compile(
    r"(?<![\w-])(?:[\w.]+-(?:doped|functionali[sz]ed|modified|coated)\s)?"
    rf"(?:(?i:{'|'.join((*_SUPPORTS, *_METALS.split()))})|{'|'.join(_SYMBOLS.split())})(?![\w-])"
)


def last_material(phrase: str) -> str | None:
    """Return the material that a short phrase ends with or names last; of two that overlap the longer one."""
    names = [match.group() for match in _MATERIAL.finditer(phrase)] + find_compounds(phrase)
    return max(names, key=lambda name: (phrase.rfind(name) + len(name), len(name))) if names else None
