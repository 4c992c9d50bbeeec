"""What is read out of a mail: the new text, attachments, and whether a person wrote it."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huntline.delivery.correspondence.reading import read, read_report

OURS = "===== Write your reply above this line (TE-ABCDEFGH) =====\n\nThe experts need more information"


def mail(text="", **headers):
    message = EmailMessage()
    for name, value in ({"From": "Mina <mina@aurora.example>", "Message-ID": "<1@a>"} | headers).items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


class TestNewText:
    @pytest.mark.parametrize(
        "quoted",
        [
            "On Mon, 16 Nov 2026 at 09:00, Huntline <cases@hunt.example> wrote:\n> " + OURS.replace("\n", "\n> "),
            "2026년 11월 16일 (월) 09:00, Huntline <cases@hunt.example>님이 작성하였습니다:\n> "
            + OURS.replace("\n", "\n> "),
            "2026年11月16日(月) 9:00 Huntline <cases@hunt.example>:\n> " + OURS.replace("\n", "\n> "),
            "From: Huntline\nSent: Monday\nTo: Mina\nSubject: [TE-ABCDEFGH]\n\n" + OURS,
            OURS,
        ],
    )
    def test_ends_where_our_own_begins(self, quoted):
        assert read(mail(f"It was Mina.\nOn ws01.\n\n{quoted}\n").as_bytes()).text == "It was Mina.\nOn ws01."

    def test_an_answer_between_our_lines_is_kept_whole(self):
        text = read(mail(f"> {OURS}\n> Which user?\nIt was Mina.\n").as_bytes()).text
        assert "It was Mina." in text

    def test_html_alone_becomes_text_and_nothing_runs(self):
        message = mail()
        message.set_content(
            "<html><head><style>x</style></head><body><p>It was <b>Mina</b>.</p><script>alert(1)</script>"
            "<div>On ws01.<br>At nine.</div><blockquote>What we had written</blockquote></body></html>",
            subtype="html",
        )
        lines = [line.strip() for line in read(message.as_bytes()).text.splitlines() if line.strip()]
        assert lines == ["It was Mina.", "On ws01.", "At nine."]

    @pytest.mark.parametrize("charset", ["iso-2022-jp", "euc-kr", "utf-8", "windows-1252"])
    def test_letters_of_every_charset(self, charset):
        text = {"iso-2022-jp": "検体を送ります", "euc-kr": "샘플을 보냅니다"}.get(charset, "Größe")
        message = mail()
        message.set_content(text, charset=charset)
        assert read(message.as_bytes()).text == text

    def test_an_unknown_charset_is_read_as_well_as_it_can_be(self):
        raw = b"From: a@b.example\r\nContent-Type: text/plain; charset=klingon\r\n\r\nHello\r\n"
        assert read(raw).text == "Hello"


class TestAttachments:
    def test_are_taken_as_they_are_and_never_opened(self):
        message = mail("See.")
        message.add_attachment(b"MZ\x90", maintype="application", subtype="octet-stream", filename="../../x.exe")
        message.add_attachment("<script>1</script>", subtype="html", filename="page.html")
        inner = mail("Inner")
        message.add_attachment(inner)
        found = read(message.as_bytes()).attachments
        assert [one.name for one in found[:2]] == ["../../x.exe", "page.html"]
        assert found[0].content == b"MZ\x90"
        assert b"Inner" in found[2].content


class TestAutomatic:
    @pytest.mark.parametrize(
        "headers",
        [
            {"Auto_Submitted": "auto-replied"},
            {"Auto_Submitted": "auto-generated; x"},
            {"Precedence": "bulk"},
            {"Return_Path": "<>"},
        ],
    )
    def test_what_no_person_wrote_is_known(self, headers):
        assert read(mail("Away.", **headers).as_bytes()).automatic

    def test_a_person_is_a_person(self):
        assert read(mail("Here.", Auto_Submitted="no", Precedence="normal").as_bytes()).automatic == ""


class TestReport:
    def test_says_what_failed(self):
        raw = (
            b"From: mailer@x.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
            b"--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
            b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x.example\r\n\r\n"
            b"Final-Recipient: rfc822; soc@aurora.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
            b"Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n--b--\r\n"
        )
        report = read_report(raw)
        assert (report.action, report.status, report.diagnostic) == ("failed", "5.1.1", "smtp; 550 5.1.1 no such user")
        assert read(raw).automatic

    def test_another_mail_is_none(self):
        assert read_report(mail("Hello").as_bytes()) is None


class TestAnything:
    @given(st.binary(max_size=2000))
    def test_whatever_comes_is_read(self, raw):
        assert read(raw).origin
        read_report(raw)

    @given(
        st.lists(
            st.sampled_from(
                [
                    b"Content-Type: multipart/mixed; boundary=b\r\n",
                    b"Content-Type: message/delivery-status\r\n",
                    b"Content-Type: text/html; charset=x\r\n",
                    b"Content-Transfer-Encoding: base64\r\n",
                    b"Content-Disposition: attachment; filename*=utf-8''%ff\r\n",
                    b"From: =?utf-8?q?=ff?= <a\r\n",
                    b"Auto-Submitted: \xff\r\n",
                    b"Message-ID: \r\n x\r\n",
                    b"\r\n",
                    b"--b\r\n",
                    b"--b--\r\n",
                    b"x\xff\r\n",
                ]
            ),
            max_size=20,
        )
    )
    def test_broken_mails_too(self, lines):
        raw = b"".join(lines)
        assert read(raw).origin
        read_report(raw)
