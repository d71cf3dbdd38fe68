"""Break the house on purpose, one rule at a time, and see a test go red: ``make mutations``.

Each row of MUTATIONS takes one promise out of a copy of the sources; the tests named beside it must then fail, and
fail by an assertion, not by an import error. It tries no random change: a tool for that would take hours here.
"""

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
TESTS_FAILED = 1
"""pytest's exit code when tests ran and some failed; collection errors give 2."""


@dataclass(frozen=True)
class Mutation:
    """One rule taken out: ``old`` stands exactly once in ``file``, and ``tests`` must notice that it is ``new``."""

    name: str
    file: str
    old: str
    new: str
    tests: str


MUTATIONS = (
    Mutation(
        "version check: a stale act goes through",
        "intake/workflow/transition.py",
        "if seen is not None and seen != submission.version:",
        "if seen is not None and seen > submission.version:",
        "tests/workflow/test_invariants.py tests/web/desk/test_stale.py",
    ),
    *(
        Mutation(
            f"gate line: {line} always holds",
            "intake/domain/gate.py",
            f"Line.{line}: {condition},",
            f"Line.{line}: True,",
            "tests/domain/test_gate.py tests/workflow/test_publish.py",
        )
        for line, condition in {
            "CONFIRMED": "e.addresses_confirmed",
            "STATEMENT": "not e.statements_missing",
            "IDENTITY": "e.identity_level >= e.identity_required",
            "APPROVAL": "e.proof_hash is not None and e.proof_hash == e.piece_hash",
            "DISCLOSURE": "not e.interest_declared or bool(e.disclosure.strip())",
            "EXCLUSIVITY": "elsewhere.isdisjoint(e.exclusivity)",
            "ALLEGATION": "not e.allegation or e.allegation_signed",
            "DISCLAIMER": "e.genre in GENRES_WITH_DISCLAIMER and e.disclaimer_resolved",
            "SHORTCODE": "not e.shortcodes",
            "LOOK_ALIKE": "not e.look_alikes",
        }.items()
    ),
    Mutation(
        "gate: publishing does not ask it",
        "intake/workflow/publish.py",
        "    _through_the_gate(session, newsroom, submission)\n    standing = proof.current",
        "    standing = proof.current",
        "tests/workflow/test_publish.py",
    ),
    Mutation(
        "promise reset: a confirmed piece keeps its old one",
        "intake/workflow/promise.py",
        "    submission.reply_by = desk.calendar.promise(newsroom.now(), desk.promise_days)\n",
        "    submission.reply_by = submission.reply_by or desk.calendar.promise(newsroom.now(), desk.promise_days)\n",
        "tests/workflow/test_sorting.py tests/workflow/test_review.py tests/workflow/test_clock.py",
    ),
    Mutation(
        "hash pin: an edit leaves the approval standing",
        "intake/workflow/proof.py",
        "return now.digest() == proof.hash == pinned_piece(proof).digest()",
        "return pinned_piece(proof).digest() == proof.hash",
        "tests/workflow/test_proof.py tests/workflow/test_publish.py",
    ),
    Mutation(
        "hash pin: any hash is approved",
        "intake/workflow/proof.py",
        "if proof is None or proof.hash != piece_hash:",
        "if proof is None:",
        "tests/workflow/test_proof.py",
    ),
    Mutation(
        "audit chain: a hash that covers no link",
        "intake/storage/audit.py",
        "entry.previous != previous or entry.hash != chained(entry)",
        "entry.previous != previous",
        "tests/storage/test_audit.py",
    ),
    Mutation(
        "audit chain: a link nobody compares",
        "intake/storage/audit.py",
        "entry.previous != previous or entry.hash != chained(entry)",
        "entry.hash != chained(entry)",
        "tests/storage/test_audit.py",
    ),
    Mutation(
        "folder fsync: the rename is left to luck",
        "intake/storage/disk.py",
        "            self.sync_folder(target.parent)\n",
        "",
        "tests/torture/test_order.py tests/storage/test_spool.py",
    ),
    Mutation(
        "mbox: a message begins in the middle of a text",
        "intake/ingress/mbox.py",
        "if first or (at_start and blank and _POSTMARK.fullmatch(line)):",
        "if first or (at_start and _POSTMARK.fullmatch(line)):",
        "tests/ingress/test_mbox.py",
    ),
    Mutation(
        "mbox: the quoting stays",
        "intake/ingress/mbox.py",
        "line[1:] if at_start and _QUOTED.match(line) else line",
        "line",
        "tests/ingress/test_mbox.py",
    ),
    Mutation(
        "import: old mail is answered",
        "intake/cli/importing.py",
        'found.kind, "", "", now, self.quiet)',
        'found.kind, "", "", now)',
        "tests/cli/test_importing.py",
    ),
    Mutation(
        "pages: what is wrong with a mail is told in English only",
        "intake/web/sentences.py",
        ", *faults.EVERY)",
        ")",
        "tests/web/test_sentences.py",
    ),
    Mutation(
        "piece page: a held mail to it is not told",
        "intake/web/desk/piece.py",
        "if message.disposition in WAITING]",
        "if not message.disposition]",
        "tests/web/desk/test_held.py",
    ),
    Mutation(
        "near copies: a second piece names none",
        "intake/workflow/submit.py",
        "    submission.repeats = repeated\n",
        "",
        "tests/workflow/test_repeating.py",
    ),
    Mutation(
        "near copies: all of an author's pieces are compared",
        "intake/workflow/repeating.py",
        ".limit(MOST_COMPARED)",
        "",
        "tests/workflow/test_repeating.py",
    ),
    Mutation(
        "near copies: the page keeps quiet",
        "intake/web/desk/piece.py",
        "repeated = pieces.repeated(session(), piece)",
        "repeated = pieces.repeated(session(), piece) if False else None",
        "tests/web/desk/test_piece.py",
    ),
    Mutation(
        "near copies: a merged one's text is dropped",
        "intake/web/desk/acts.py",
        ", offer=form.offer.data)",
        ")",
        "tests/web/desk/test_piece.py",
    ),
    Mutation(
        "ready: mail that the worker may not read is not told",
        "intake/condition.py",
        "return _holds(lambda: not closed_files(",
        "return True or _holds(lambda: not closed_files(",
        "tests/web/test_health.py",
    ),
    Mutation(
        "webhook: any signature is right",
        "intake/ingress/webhooks/provider.py",
        "right |= hmac.compare_digest(digits, one.strip().lower())",
        "right |= True",
        "tests/web/test_webhooks.py",
    ),
    Mutation(
        "webhook: a signature counts for ever",
        "intake/ingress/webhooks/provider.py",
        "if not now - behind <= at <= now + AHEAD:",
        "if not at <= now + AHEAD:",
        "tests/web/test_webhooks.py",
    ),
    Mutation(
        "webhook: open without a secret",
        "intake/web/webhooks.py",
        "    if not secrets:\n        abort(404)\n",
        "",
        "tests/web/test_webhooks.py",
    ),
    Mutation(
        "webhook: a token brings a second mail",
        "intake/web/webhooks.py",
        "        if token is not None and token.used_for:\n",
        "        if token is not None and token.used_for == mail.token:\n",
        "tests/web/test_webhooks.py",
    ),
    Mutation(
        "webhook: a token is marked before the spool has the mail",
        "intake/web/webhooks.py",
        "        for recipient in recipients:\n",
        "        _ = token and token.use(content)\n        for recipient in recipients:\n",
        "tests/web/test_webhooks.py",
    ),
)


def breaks(mutation: Mutation, copy: Path) -> bool:
    """Tell whether a mutation of the copy turns its tests red, and undo it. Raises ValueError if it fits nowhere."""
    file = copy / mutation.file
    whole = file.read_text("utf-8")
    if whole.count(mutation.old) != 1:
        raise ValueError(f"“{mutation.name}” fits {whole.count(mutation.old)} places in {mutation.file}, not one")
    file.write_text(whole.replace(mutation.old, mutation.new), "utf-8")
    try:
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *mutation.tests.split()]
        return subprocess.run(command, cwd=copy, capture_output=True, check=False).returncode == TESTS_FAILED
    finally:
        file.write_text(whole, "utf-8")


def main() -> int:
    """Try every mutation and print what was seen; 1 when a test suite stayed green."""
    unseen = 0
    with tempfile.TemporaryDirectory(prefix="intake-mutations-") as folder:
        copy = Path(folder) / "copy"
        ignored = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache")
        shutil.copytree(ROOT, copy, ignore=ignored)
        for mutation in MUTATIONS:
            red = breaks(mutation, copy)
            unseen += not red
            print(f"{'red' if red else 'NOT SEEN':9}{mutation.name}", flush=True)  # noqa: T201  # a command's answer
    return 1 if unseen else 0


if __name__ == "__main__":
    sys.exit(main())
