"""convert_*: a value of one unit in another. A unit is a factor to the first unit of its table; a name that no table has gives null."""

from collections.abc import Mapping
from math import pi

from huntline.kql.functions.spec import FunctionSpec, Nulls, row

_DEGREE = 180 / pi
_ANGLES = {
    "Degree": 1.0,
    "Arcminute": 1 / 60,
    "Arcsecond": 1 / 3600,
    "Centiradian": _DEGREE / 100,
    "Deciradian": _DEGREE / 10,
    "Gradian": 0.9,
    "Microdegree": 1e-6,
    "Microradian": _DEGREE / 1e6,
    "Millidegree": 1e-3,
    "Milliradian": _DEGREE / 1e3,
    "Nanodegree": 1e-9,
    "Nanoradian": _DEGREE / 1e9,
    "NatoMil": 360 / 6400,
    "Radian": _DEGREE,
    "Revolution": 360.0,
}
_BTU, _THERM = 1055.05585262, 105_505_585.262
_ENERGIES = {
    "Joule": 1.0,
    "BritishThermalUnit": _BTU,
    "Calorie": 4.184,
    "DecathermEc": 10 * _THERM,
    "DecathermImperial": 10 * 105_505_585.257348,
    "DecathermUs": 10 * 105_480_400.0,
    "ElectronVolt": 1.602176565e-19,
    "Erg": 1e-7,
    "FootPound": 1.355817948,
    "GigabritishThermalUnit": _BTU * 1e9,
    "GigaelectronVolt": 1.602176565e-10,
    "Gigajoule": 1e9,
    "GigawattDay": 24 * 3.6e12,
    "GigawattHour": 3.6e12,
    "HorsepowerHour": 2.6845195377e6,
    "KilobritishThermalUnit": _BTU * 1e3,
    "Kilocalorie": 4184.0,
    "KiloelectronVolt": 1.602176565e-16,
    "Kilojoule": 1e3,
    "KilowattDay": 24 * 3.6e6,
    "KilowattHour": 3.6e6,
    "MegabritishThermalUnit": _BTU * 1e6,
    "Megacalorie": 4.184e6,
    "MegaelectronVolt": 1.602176565e-13,
    "Megajoule": 1e6,
    "MegawattDay": 24 * 3.6e9,
    "MegawattHour": 3.6e9,
    "Millijoule": 1e-3,
    "TeraelectronVolt": 1.602176565e-7,
    "TerawattDay": 24 * 3.6e15,
    "TerawattHour": 3.6e15,
    "ThermEc": _THERM,
    "ThermImperial": 105_505_585.257348,
    "ThermUs": 105_480_400.0,
    "WattDay": 24 * 3600.0,
    "WattHour": 3600.0,
}
_POUND_FORCE = 4.4482216152605
_FORCES = {
    "Newton": 1.0,
    "Decanewton": 10.0,
    "Dyn": 1e-5,
    "KilogramForce": 9.80665,
    "Kilonewton": 1e3,
    "KiloPond": 9.80665,
    "KilopoundForce": _POUND_FORCE * 1e3,
    "Meganewton": 1e6,
    "Micronewton": 1e-6,
    "Millinewton": 1e-3,
    "OunceForce": _POUND_FORCE / 16,
    "Poundal": 0.138254954376,
    "PoundForce": _POUND_FORCE,
    "ShortTonForce": _POUND_FORCE * 2000,
    "TonneForce": 9806.65,
}
_PARSEC, _LIGHT_YEAR = 3.08567758128e16, 9.46073047258e15
_LENGTHS = {
    "Meter": 1.0,
    "Angstrom": 1e-10,
    "AstronomicalUnit": 1.4959787070e11,
    "Centimeter": 1e-2,
    "Chain": 20.1168,
    "DataMile": 1828.8,
    "Decameter": 10.0,
    "Decimeter": 0.1,
    "DtpPica": 1 / 236.220472441,
    "DtpPoint": 2.54e-2 / 72,
    "Fathom": 1.8288,
    "Foot": 0.3048,
    "Hand": 0.1016,
    "Hectometer": 100.0,
    "Inch": 2.54e-2,
    "KilolightYear": _LIGHT_YEAR * 1e3,
    "Kilometer": 1e3,
    "Kiloparsec": _PARSEC * 1e3,
    "LightYear": _LIGHT_YEAR,
    "MegalightYear": _LIGHT_YEAR * 1e6,
    "Megaparsec": _PARSEC * 1e6,
    "Microinch": 2.54e-8,
    "Micrometer": 1e-6,
    "Mil": 2.54e-5,
    "Mile": 1609.344,
    "Millimeter": 1e-3,
    "Nanometer": 1e-9,
    "NauticalMile": 1852.0,
    "Parsec": _PARSEC,
    "PrinterPica": 1 / 237.106301584,
    "PrinterPoint": 2.54e-2 / 72.27,
    "Shackle": 27.432,
    "SolarRadius": 6.95510e8,
    "Twip": 1 / 56692.913385826,
    "UsSurveyFoot": 1200 / 3937,
    "Yard": 0.9144,
}
_POUND = 0.45359237
_MASSES = {
    "Kilogram": 1.0,
    "Centigram": 1e-5,
    "Decagram": 1e-2,
    "Decigram": 1e-4,
    "EarthMass": 5.9722e24,
    "Grain": _POUND / 7000,
    "Gram": 1e-3,
    "Hectogram": 0.1,
    "Kilopound": _POUND * 1e3,
    "Kilotonne": 1e6,
    "LongHundredweight": 50.80234544,
    "LongTon": 1016.0469088,
    "Megapound": _POUND * 1e6,
    "Megatonne": 1e9,
    "Microgram": 1e-9,
    "Milligram": 1e-6,
    "Nanogram": 1e-12,
    "Ounce": _POUND / 16,
    "Pound": _POUND,
    "ShortHundredweight": _POUND * 100,
    "ShortTon": _POUND * 2000,
    "Slug": 14.593903,
    "SolarMass": 1.98947e30,
    "Stone": _POUND * 14,
    "Tonne": 1e3,
}
_TIMES = {"PerSecond": 1.0, "PerMinute": 60.0, "PerHour": 3600.0}
_PATHS: Mapping[str, tuple[float, str]] = {
    "Meter": (1.0, "PerSecond PerMinute PerHour"),
    "Centimeter": (1e-2, "PerSecond PerMinute PerHour"),
    "Decimeter": (0.1, "PerSecond PerMinute"),
    "Foot": (0.3048, "PerSecond PerMinute PerHour"),
    "Inch": (2.54e-2, "PerSecond PerMinute PerHour"),
    "Kilometer": (1e3, "PerSecond PerMinute PerHour"),
    "Micrometer": (1e-6, "PerSecond PerMinute"),
    "Mile": (1609.344, "PerHour"),
    "Millimeter": (1e-3, "PerSecond PerMinute PerHour"),
    "Nanometer": (1e-9, "PerSecond PerMinute"),
    "UsSurveyFoot": (1200 / 3937, "PerSecond PerMinute PerHour"),
    "Yard": (0.9144, "PerSecond PerMinute PerHour"),
}
_SPEEDS = {
    **{path + time: metres / _TIMES[time] for path, (metres, times) in _PATHS.items() for time in times.split()},
    "Knot": 1852 / 3600,
}
# Factors of volumes are those that Kusto converts with; some are rounded.
_CUBIC_FOOT, _US_GALLON, _IMPERIAL_GALLON = 0.0283168, 0.00378541, 0.004546090000001814
_VOLUMES = {
    "CubicMeter": 1.0,
    "AcreFoot": 1 / 0.000810714,
    "AuTablespoon": 2e-5,
    "BoardFoot": 2.3597372158e-3,
    "Centiliter": 1e-5,
    "CubicCentimeter": 1e-6,
    "CubicDecimeter": 1e-3,
    "CubicFoot": _CUBIC_FOOT,
    "CubicHectometer": 1e6,
    "CubicInch": 1.6387e-5,
    "CubicKilometer": 1e9,
    "CubicMicrometer": 1e-18,
    "CubicMile": 4.16818182544058e9,
    "CubicMillimeter": 1e-9,
    "CubicYard": 0.764554858,
    "Decaliter": 1e-2,
    "DecausGallon": _US_GALLON * 10,
    "Deciliter": 1e-4,
    "DeciusGallon": _US_GALLON / 10,
    "HectocubicFoot": _CUBIC_FOOT * 100,
    "HectocubicMeter": 100.0,
    "Hectoliter": 0.1,
    "HectousGallon": _US_GALLON * 100,
    "ImperialBeerBarrel": 0.16365924,
    "ImperialGallon": _IMPERIAL_GALLON,
    "ImperialOunce": 2.84130624999629e-5,
    "ImperialPint": 5.6826125e-4,
    "KilocubicFoot": _CUBIC_FOOT * 1e3,
    "KilocubicMeter": 1e3,
    "KiloimperialGallon": _IMPERIAL_GALLON * 1e3,
    "Kiloliter": 1.0,
    "KilousGallon": _US_GALLON * 1e3,
    "Liter": 1e-3,
    "MegacubicFoot": _CUBIC_FOOT * 1e6,
    "MegaimperialGallon": _IMPERIAL_GALLON * 1e6,
    "Megaliter": 1e3,
    "MegausGallon": _US_GALLON * 1e6,
    "MetricCup": 2.5e-4,
    "MetricTeaspoon": 5e-6,
    "Microliter": 1e-9,
    "Milliliter": 1e-6,
    "OilBarrel": 0.158987294928,
    "UkTablespoon": 1.5e-5,
    "UsBeerBarrel": 0.1173477658,
    "UsCustomaryCup": 2.365882365e-4,
    "UsGallon": _US_GALLON,
    "UsLegalCup": 2.4e-4,
    "UsOunce": 2.95735295625376e-5,
    "UsPint": 4.73176473e-4,
    "UsQuart": 9.46352946e-4,
    "UsTablespoon": 1.478676478125e-5,
    "UsTeaspoon": 4.92892159375e-6,
}
# Kelvin is `value * factor + offset`.
_TEMPERATURES: Mapping[str, tuple[float, float]] = {
    "Kelvin": (1.0, 0.0),
    "DegreeCelsius": (1.0, 273.15),
    "DegreeDelisle": (-2 / 3, 373.15),
    "DegreeFahrenheit": (5 / 9, 459.67 * 5 / 9),
    "DegreeNewton": (100 / 33, 273.15),
    "DegreeRankine": (5 / 9, 0.0),
    "DegreeReaumur": (5 / 4, 273.15),
    "DegreeRoemer": (40 / 21, 273.15 - 7.5 * 40 / 21),
    "MillidegreeCelsius": (1e-3, 273.15),
    "SolarTemperature": (5778.0, 0.0),
}


def _looked_up(hole: str, values: Mapping[str, float], missing: str) -> str:
    names = ", ".join(f"'{name}'" for name in values)
    return (
        f"transform({hole}, [{names}], [{', '.join(f'toFloat64({value!r})' for value in values.values())}], {missing})"
    )


def _by_line(units: Mapping[str, tuple[float, float]]) -> str:
    factors = {name: factor for name, (factor, _) in units.items()}
    offsets = {name: offset for name, (_, offset) in units.items()}
    kelvin = f"({{0}} * nullIf({_looked_up('{1}', factors, '0.')}, 0) + {_looked_up('{1}', offsets, '0.')})"
    return f"(({kelvin} - {_looked_up('{2}', offsets, '0.')}) / nullIf({_looked_up('{2}', factors, '0.')}, 0))"


def _ratio(units: Mapping[str, float]) -> str:
    return f"({{0}} * nullIf({_looked_up('{1}', units, '0.')}, 0) / nullIf({_looked_up('{2}', units, '0.')}, 0))"


# A tilt is the sine of the angle.
_DEGREES = f"if({{1}} = 'Tilt', degrees(asin({{0}})), {{0}} * nullIf({_looked_up('{1}', _ANGLES, '0.')}, 0))"
_ANGLE = f"if({{2}} = 'Tilt', sin(radians({_DEGREES})), {_DEGREES} / nullIf({_looked_up('{2}', _ANGLES, '0.')}, 0))"

ROWS: tuple[FunctionSpec, ...] = (
    row("convert_angle(real, string, string) real", _ANGLE, nulls=Nulls.ALWAYS),
    row("convert_temperature(real, string, string) real", _by_line(_TEMPERATURES), nulls=Nulls.ALWAYS),
    *(
        row(f"convert_{quantity}(real, string, string) real", _ratio(units), nulls=Nulls.ALWAYS)
        for quantity, units in (
            ("energy", _ENERGIES),
            ("force", _FORCES),
            ("length", _LENGTHS),
            ("mass", _MASSES),
            ("speed", _SPEEDS),
            ("volume", _VOLUMES),
        )
    ),
)
