#!/usr/bin/env bash
# The whole way by mail, on a running desk: three real mails in, three published pages out.
# Usage: by_mail.sh STATE-FOLDER LMTP-PORT FIRST-ACCOUNT-LINK   (the desk runs without a relay: letters are files)
set -euo pipefail
state=$1 lmtp=$2 start=$3 base=${3%%/account/*} here=$(dirname "$0") jar=$(mktemp)
trap 'rm -f "$jar"' EXIT
get() { curl -sS -L --fail-with-body -b "$jar" -c "$jar" "$@"; }
field() { grep -oE "name=\"$1\"[^>]*value=\"[^\"]*\"" | head -1 | sed -E 's/.*value="([^"]*)"/\1/'; }
# send PAGE ADDRESS FIELD=VALUE…: open a page, take its token and the version it shows, post a form of it as a person would.
send() {
  local page to=$2 typed=() one; page=$(get "$1"); shift 2
  for one; do typed+=(--data-urlencode "$one"); done
  get -o /dev/null "$to" -d "csrf_token=$(field csrf_token <<<"$page")" -d "seen=$(field seen <<<"$page")" \
    -d "hash=$(field hash <<<"$page")" -d "terms_version=$(field terms_version <<<"$page")" "${typed[@]}"
}
# letter ADDRESS TEXT: wait for a kept letter to an address that holds a text, and print its private link.
letter() {
  for _ in $(seq 150); do
    for file in $(grep -ls "^To: .*$1" "$state"/letters/*.eml || true); do
      if grep -q "$2" "$file"; then grep -oE "$base/a/[A-Za-z0-9_-]+" "$file" | head -1; return; fi
    done; sleep 0.2
  done; echo "no letter to $1 holds “$2”" >&2; return 1
}
send "$start" "$start" name=Chief email=chief@harbourpost.example password="a quiet pass phrase" password_confirm="a quiet pass phrase"
python3 "$here/send_mails.py" "$lmtp"
for author in huda@author.example salim@author.example nadia@author.example; do
  link=$(letter "$author" OP-); page=$(get "$link")
  ref=$(grep -oE 'OP-[2-9A-Z]{6}' <<<"$page" | head -1) piece=$base/desk/$ref
  send "$link/details" "$link/details" name="Huda Mansouri" city=Misrata country=Libya no_call=y contact_otherwise="Signal, evenings" \
    role=Engineer bio="Huda Mansouri is a harbour engineer." why_now="The council votes next week." allegation=no \
    {funded,office,paid,asked_to,drafted,tie}-answer=no ai_use=none exclusivity=only terms=y
  send "$piece" "$piece/claim"
  send "$piece/decide?as=accept" "$piece/decide?as=accept"
  send "$piece/proof" "$piece/proof/send"
  link=$(letter "$author" /proof)
  send "$link/proof" "$link/proof"
  send "$piece/publish" "$piece/publish"
  letter "$author" "$base/articles/" >/dev/null
  article=$(grep -lE "^To: .*$author" "$state"/letters/*.eml | xargs grep -ohE "$base/articles/[^ <>]+" | head -1)
  python3 "$here/check_article.py" "$article" "$base"
done
echo "Three mails came in and three pieces are published, each with one label and one note."
