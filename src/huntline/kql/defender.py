"""Defender's own functions as an editor lists them: signatures, one line each, and a body of the same columns, from which it completes."""

from huntline.kql.symbols import FunctionSymbol

DEFENDER_FUNCTIONS: tuple[FunctionSymbol, ...] = (
    FunctionSymbol(
        "FileProfile",
        "T: (*), x: string = 'SHA1', y: long = 100",
        "T | extend SHA1 = '', SHA256 = '', MD5 = '', FileSize = long(null), GlobalPrevalence = int(null), "
        "GlobalFirstSeen = datetime(null), GlobalLastSeen = datetime(null), Signer = '', Issuer = '', SignerHash = '', "
        "IsCertificateValid = bool(null), IsRootSignerMicrosoft = bool(null), SignatureState = '', IsExecutable = bool(null), "
        "ThreatName = '', Publisher = '', SoftwareName = '', ProfileAvailability = ''",
        "How common files are, since when, and who signed them; by a column of hashes, for the first y files.",
    ),
    FunctionSymbol(
        "DeviceFromIP",
        "T: (*), x: string = 'IP', y: datetime = datetime(null)",
        "T | extend DeviceId = ''",
        "The devices that have an address, by a column of addresses, now or at a time.",
    ),
    FunctionSymbol(
        "AssignedIPAddresses",
        "x: string, y: datetime = datetime(null)",
        "print Timestamp = datetime(null), IPAddress = '', IPType = '', NetworkAdapterType = '', ConnectedNetworks = ''",
        "The addresses of a device, by its id or name, now or at a time.",
    ),
    FunctionSymbol(
        "SeenBy",
        "T: (*), x: string = 'DeviceId'",
        "T | extend SeenBy = dynamic(null)",
        "The devices whose connections reached a device.",
    ),
)
