#!/usr/bin/env bash
# Get by id, list of 50 and patch + audit under load, beside pgbench on the same SQL, in one run: ratios, not wall times.
# Needs: wrk, pgbench, psql, jq, a release build (`cargo build --release`). Usage: benches/load.sh [seconds a step, default 5] [candidates, default 100000]
set -euo pipefail
cd "$(dirname "$0")/.."
SECONDS_A_STEP=${1:-5}; ROWS=${2:-100000}; CLIENTS=16
HOME_DIR=$(mktemp -d /tmp/ketnap-load-XXXXXX); chmod 755 "$HOME_DIR"
export KETNAP_DATA_DIR=$HOME_DIR KETNAP_LISTEN=127.0.0.1:18080 KETNAP_METRICS_LISTEN=off KETNAP_LOG=error
export KETNAP_RATE_ACCOUNT=100000000 KETNAP_RATE_SIGN_IN=1000 KETNAP_RATE_SIGN_IN_ADDRESS=1000
BASE=http://$KETNAP_LISTEN/api/v1
./target/release/ketnap serve > "$HOME_DIR/out" 2>&1 & SERVER=$!
trap 'kill -INT $SERVER; wait $SERVER 2>/dev/null; rm -rf "$HOME_DIR"' EXIT
until grep -q '^ready' "$HOME_DIR/out"; do kill -0 $SERVER; read -rt 0.1 <> <(:) || true; done

PG=$(echo "$HOME_DIR"/pg*)
export PGHOST=127.0.0.1 PGPASSFILE=$PG/pgpass PGDATABASE=ketnap PGUSER=postgres
PGPORT=$(sed -n 4p "$PG/data/postmaster.pid"); export PGPORT
psql -q <<SQL
insert into candidate (id, organization_id, branch_id, introduced_by, full_name, sex, birth_date, youth_union_member, trade_union_member, stage, stage_on, nominated_on, created_at, updated_at)
select ('01760000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, b.organization_id, b.id, 'trade_union',
  (array['Nguyễn','Trần','Lê','Phạm','Hoàng','Vũ'])[1 + i % 6] || ' ' || (array['Thị','Văn','Minh','Thu'])[1 + i / 6 % 4] || ' ' || (array['Hoa','Lan','Nam','Sơn','Hà','Đức','Mai'])[1 + i / 24 % 7],
  'female', date '1985-01-01' + i % 4000, false, true, (array['nominated','in_plan','dossier'])[1 + i % 3], '2021-01-01', '2021-01-01', now() - i * interval '1 second', now()
from generate_series(1, $ROWS) i join branch b on b.number = lpad((1 + i % 10)::text, 2, '0');
vacuum analyze;
SQL
BRANCH=$(psql -qtAc "select id from branch where number = '01'")
TOKEN=$(curl -sf "$BASE/auth/token" -d grant_type=password -d username=office -d password=ketnap-demo-2020-2025 | jq -r .access_token)
export TOKEN ROWS BRANCH

http() { wrk -t2 -c$CLIENTS -d"${SECONDS_A_STEP}s" -s "benches/$1.lua" "http://$KETNAP_LISTEN" | tee "$HOME_DIR/wrk" | awk '/Requests\/sec/{print $2}'; grep -E 'Non-2xx' "$HOME_DIR/wrk" >&2 || true; }
sql() { pgbench -n -M prepared -c$CLIENTS -j2 -T"$SECONDS_A_STEP" -D rows="$ROWS" -f "benches/$1.sql" 2>/dev/null | awk '/^tps/{print $3}'; }
printf '%-14s %10s %10s %7s\n' what http/s pgbench/s ratio
for what in get list patch; do
  h=$(http $what); s=$(sed -i.bak "s/BRANCH_ID/$BRANCH/" benches/$what.sql && sql $what; mv benches/$what.sql.bak benches/$what.sql)
  printf '%-14s %10.0f %10.0f %7.2f\n' $what "$h" "$s" "$(awk "BEGIN{print $h/$s}")"
done
