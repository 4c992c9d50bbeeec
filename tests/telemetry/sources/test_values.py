import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huntline.telemetry.sources import messages, values


class TestExamples:
    @pytest.mark.parametrize("module", [values, messages])
    def test_say_what_is_true(self, module):
        failed, tried = doctest.testmod(module)
        assert tried > 1
        assert failed == 0


class TestNumbers:
    @given(st.integers(min_value=0, max_value=2**63 - 1))
    def test_are_read_back_in_both_spellings(self, value):
        assert values.number(str(value)) == values.number(hex(value)) == value

    def test_leading_zeros_are_decimal(self):
        assert values.number("007") == 7


class TestRegistry:
    @pytest.mark.parametrize(
        ("sysmon", "defender"),
        [
            (r"HKLM\System\CurrentControlSet\Services\x", r"HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\Services\x"),
            (r"HKLM\SYSTEM\ControlSet002\x", r"HKEY_LOCAL_MACHINE\SYSTEM\ControlSet002\x"),
            (r"HKLM\SOFTWARE\CurrentControlSet", r"HKEY_LOCAL_MACHINE\SOFTWARE\CurrentControlSet"),
            (r"HKU\.DEFAULT\x", r"HKEY_USERS\.DEFAULT\x"),
            (r"HKCR\x", r"HKEY_CLASSES_ROOT\x"),
            (r"\REGISTRY\MACHINE\SAM", r"HKEY_LOCAL_MACHINE\SAM"),
        ],
    )
    def test_keys_have_defenders_spelling(self, sysmon, defender):
        assert values.registry_key(sysmon) == defender

    @given(st.integers(min_value=0, max_value=2**32 - 1))
    def test_numbers_become_decimal(self, value):
        assert values.registry_data(f"DWORD (0x{value:08x})") == ("Dword", str(value))

    def test_the_default_value_has_no_name(self):
        assert values.registry_key_and_value(r"HKLM\SOFTWARE\x\(Default)") == (r"HKEY_LOCAL_MACHINE\SOFTWARE\x", "")


class TestAddresses:
    @pytest.mark.parametrize(
        ("raw", "plain", "kind"),
        [
            ("8.8.8.8", "8.8.8.8", "Public"),
            ("10.1.2.3", "10.1.2.3", "Private"),
            ("::ffff:10.1.2.3", "10.1.2.3", "Private"),
            ("127.0.0.1", "127.0.0.1", "Loopback"),
            ("::1", "::1", "Loopback"),
            ("255.255.255.255", "255.255.255.255", "Broadcast"),
            ("239.255.255.250", "239.255.255.250", "Reserved"),
            ("fe80::1%12", "fe80::1", "Reserved"),
            ("2002:c000:204::1", "2002:c000:204::1", "FourToSixMapping"),
            ("2001:0:4136:e378::1", "2001:0:4136:e378::1", "Teredo"),
            ("LOCAL", None, None),
        ],
    )
    def test_have_a_plain_form_and_a_kind(self, raw, plain, kind):
        assert values.address_and_type(raw) == (plain, kind)


class TestAccounts:
    @given(st.text(alphabet="abcXYZ-_", min_size=1), st.text(alphabet="abcXYZ-_$", min_size=1))
    def test_domain_and_name_are_split_in_lower_case(self, domain, name):
        assert values.account(f"{domain}\\{name}") == (domain.lower(), name.lower())


class TestCommandPath:
    @pytest.mark.parametrize(
        ("line", "path", "name"),
        [
            (r'"C:\Program Files\a.exe" -s', r"C:\Program Files\a.exe", "a.exe"),
            (r"C:\Program Files\a.exe -s", r"C:\Program Files\a.exe", "a.exe"),
            (r"C:\tools\run -x b.exe", r"C:\tools\run", "run"),
            (r"%COMSPEC% /Q /c echo x > %TEMP%\e.bat", "%COMSPEC%", "%COMSPEC%"),
            (r"\SystemRoot\System32\drivers\d.sys", r"\SystemRoot\System32\drivers\d.sys", "d.sys"),
            ("", None, None),
        ],
    )
    def test_is_the_program_without_its_switches(self, line, path, name):
        assert values.command_path(line) == (path, name)


class TestHashes:
    def test_zeros_are_no_digest(self):
        assert values.hashes("SHA1=0000,SHA256=ab,IMPHASH=00000000") == (None, "ab", None)
        assert values.import_hash("SHA1=aa,IMPHASH=00000000") is None


class TestIdentities:
    def test_a_device_of_two_tenants_has_two_ids(self):
        assert values.device_id("a", "PC1") == values.device_id("a", "pc1") != values.device_id("b", "pc1")

    @given(st.binary())
    def test_numbers_are_stable_positive_and_fit_javascript(self, raw):
        assert 0 < values.stable_number(raw) == values.stable_number(raw) < 2**53
