"""Runs with materials, pieces, corrections and drafts; presets, templates and kept plans of one's
own; undo, notices to be sent, and the time that plotters spend in each state."""
# ruff: noqa

NEW_COLUMNS = {
    "design": (
        "\"source\" TEXT NOT NULL DEFAULT ''",
        '"replaces_id" INTEGER REFERENCES "design" ("id") ON DELETE RESTRICT',
    ),
    "batch": ("\"pen_order\" TEXT NOT NULL DEFAULT '[]'", '"archived_at" BIGINT'),
    "job": (
        "\"template\" TEXT NOT NULL DEFAULT ''",
        "\"tier\" TEXT NOT NULL DEFAULT ''",
        "\"group\" TEXT NOT NULL DEFAULT ''",
        "\"settings\" TEXT NOT NULL DEFAULT '{}'",
    ),
    "pen": (
        '"net_g" REAL',
        '"speed_cap" REAL',
        '"height" REAL',
        '"offset_x_mm" REAL NOT NULL DEFAULT 0',
        '"offset_y_mm" REAL NOT NULL DEFAULT 0',
        "\"notes\" TEXT NOT NULL DEFAULT ''",
        '"received_mm" REAL NOT NULL DEFAULT 0',
        '"used_mm" REAL NOT NULL DEFAULT 0',
        '"written_off_mm" REAL NOT NULL DEFAULT 0',
    ),
    "paper": (
        "\"notes\" TEXT NOT NULL DEFAULT ''",
        '"stock" INTEGER NOT NULL DEFAULT 0',
    ),
    "run": (
        "\"name\" TEXT NOT NULL DEFAULT ''",
        "\"accepted\" TEXT NOT NULL DEFAULT '[]'",
        '"human_seconds" REAL',
        '"ink_mm" REAL',
        '"client_rating" REAL',
        '"rated_at" BIGINT',
        '"archived_at" BIGINT',
    ),
    "item": (
        "\"layout\" TEXT NOT NULL DEFAULT '[]'",
        '"sheet_mm" REAL',
        '"sheet_seconds" REAL',
    ),
    "sheet": (
        '"replaces_id" INTEGER REFERENCES "sheet" ("id") ON DELETE RESTRICT',
        "\"settings\" TEXT NOT NULL DEFAULT '{}'",
        '"aside_id" INTEGER REFERENCES "device" ("id") ON DELETE RESTRICT',
        '"aside_at" BIGINT',
    ),
    "hand": (
        "\"off\" TEXT NOT NULL DEFAULT ''",
        "\"back\" TEXT NOT NULL DEFAULT ''",
    ),
    "progress": ("\"comes_next\" TEXT NOT NULL DEFAULT ''",),
}

KEY = '"id" INTEGER NOT NULL PRIMARY KEY'
NAMED = f'{KEY}, "name" TEXT NOT NULL, "body" TEXT NOT NULL, "made_at" BIGINT NOT NULL, "revision" INTEGER NOT NULL DEFAULT 1'


def ref(column, table, null=False, gone="RESTRICT"):
    return (
        f'"{column}_id" INTEGER{"" if null else " NOT NULL"} '
        f'REFERENCES "{table}" ("id") ON DELETE {gone}'
    )


NEW_TABLES = {
    "preset": (NAMED,),
    "template": (NAMED,),
    "plan_set": (
        KEY,
        '"name" TEXT NOT NULL',
        '"made_at" BIGINT NOT NULL',
        "\"options\" TEXT NOT NULL DEFAULT '{}'",
        "\"figures\" TEXT NOT NULL DEFAULT '{}'",
    ),
    "plan_set_entry": (
        KEY,
        ref("plan_set", "plan_set", gone="CASCADE"),
        '"position" INTEGER NOT NULL',
        ref("job", "job", null=True, gone="SET NULL"),
        '"name" TEXT NOT NULL',
        '"copies" INTEGER NOT NULL DEFAULT 1',
        ref("plan", "plan"),
    ),
    "run_material": (
        KEY,
        ref("run", "run"),
        '"position" INTEGER NOT NULL',
        "\"label\" TEXT NOT NULL DEFAULT ''",
        "\"color\" TEXT NOT NULL DEFAULT ''",
        ref("pen", "pen", null=True),
        ref("paper", "paper", null=True),
        '"drawn_mm" REAL NOT NULL DEFAULT 0',
        '"priming_mm" REAL NOT NULL DEFAULT 0',
        '"overhead_mm" REAL NOT NULL DEFAULT 0',
        '"mass_g" REAL',
        '"sheets" INTEGER NOT NULL DEFAULT 0',
        '"spare" INTEGER NOT NULL DEFAULT 0',
        '"used_mm" REAL',
    ),
    "piece": (
        KEY,
        ref("sheet", "sheet"),
        '"position" INTEGER NOT NULL',
        '"name" TEXT NOT NULL',
        ref("design", "design", null=True),
        ref("job", "job", null=True, gone="SET NULL"),
        "\"state\" TEXT NOT NULL DEFAULT 'planned'",
        "\"reason\" TEXT NOT NULL DEFAULT ''",
        "\"notes\" TEXT NOT NULL DEFAULT ''",
    ),
    "correction": (
        KEY,
        ref("run", "run"),
        '"at" BIGINT NOT NULL',
        "\"actor\" TEXT NOT NULL DEFAULT ''",
        '"field" TEXT NOT NULL',
        "\"old\" TEXT NOT NULL DEFAULT ''",
        "\"new\" TEXT NOT NULL DEFAULT ''",
        '"reason" TEXT NOT NULL',
    ),
    "draft": (
        KEY,
        '"key" TEXT NOT NULL',
        '"body" TEXT NOT NULL',
        "\"actor\" TEXT NOT NULL DEFAULT ''",
        '"saved_at" BIGINT NOT NULL',
    ),
    "change": (
        KEY,
        '"at" BIGINT NOT NULL',
        "\"actor\" TEXT NOT NULL DEFAULT ''",
        '"text" TEXT NOT NULL',
        '"rows" TEXT NOT NULL',
        '"undone_at" BIGINT',
    ),
    "spell": (
        KEY,
        ref("device", "device", gone="CASCADE"),
        '"state" TEXT NOT NULL',
        '"since" BIGINT NOT NULL',
        '"until" BIGINT',
        ref("sheet", "sheet", null=True, gone="SET NULL"),
    ),
    "notice": (
        KEY,
        '"key" TEXT NOT NULL',
        '"channel" TEXT NOT NULL',
        "\"recipient\" TEXT NOT NULL DEFAULT ''",
        '"subject" TEXT NOT NULL',
        "\"body\" TEXT NOT NULL DEFAULT ''",
        "\"payload\" TEXT NOT NULL DEFAULT '{}'",
        "\"attachments\" TEXT NOT NULL DEFAULT '[]'",
        '"created_at" BIGINT NOT NULL',
        '"next_at" BIGINT NOT NULL',
        '"attempts" INTEGER NOT NULL DEFAULT 0',
        "\"error\" TEXT NOT NULL DEFAULT ''",
        '"sent_at" BIGINT',
    ),
}

# (table, columns, unique)
NEW_INDEXES = (
    ("design", ("replaces_id",), False),
    ("sheet", ("replaces_id",), False),
    ("sheet", ("aside_id",), False),
    ("preset", ("name",), True),
    ("template", ("name",), True),
    ("plan_set", ("name",), True),
    ("plan_set_entry", ("plan_set_id",), False),
    ("plan_set_entry", ("job_id",), False),
    ("plan_set_entry", ("plan_id",), False),
    ("run_material", ("run_id",), False),
    ("run_material", ("pen_id",), False),
    ("run_material", ("paper_id",), False),
    ("piece", ("sheet_id",), False),
    ("piece", ("design_id",), False),
    ("piece", ("job_id",), False),
    ("sheet", ("run_id", "state"), False),
    ("sheet", ("item_id", "device_id", "state", "attempt", "ink_mm", "seconds"), False),
    ("piece", ("sheet_id", "position"), True),
    ("correction", ("run_id",), False),
    ("draft", ("key",), True),
    ("spell", ("device_id",), False),
    ("spell", ("sheet_id",), False),
    ("spell", ("device_id", "since"), False),
    ("notice", ("key",), True),
    ("notice", ("next_at",), False),
    ("sheet", ("device_id", "state"), False),
    ("sheet", ("ended_at",), False),
    ("ledger", ("pen_id", "kind", "mm"), False),
    ("sheet_layer", ("pen_id", "sheet_id", "ink_mm", "skipped"), False),
)

# topic -> tables whose changes move its counter
NEW_TOPICS = {
    "queue": ("plan_set",),
    "runs": ("run_material", "piece", "correction", "draft"),
    "settings": ("preset", "template"),
    "notices": ("notice",),
}


# A run's state moves only as the picture of its states says, whoever writes.
RUN_MOVES = """
    CREATE TRIGGER run_moves BEFORE UPDATE OF state ON run
    WHEN NEW.state != OLD.state AND (OLD.state || '>' || NEW.state) NOT IN (
        'pending>in_progress', 'pending>cancelled', 'in_progress>completed', 'in_progress>failed')
    BEGIN SELECT RAISE(ABORT, 'a run has no such move of its state: nothing was changed'); END
"""

# Whoever changes a plotter's state, the time it spent is written down.
SPELLS = """
CREATE TRIGGER device_spells AFTER UPDATE OF state ON "device"
WHEN NEW.state IS NOT OLD.state AND NEW.state_since IS NOT NULL
BEGIN
  UPDATE spell SET "until" = NEW.state_since
    WHERE device_id = NEW.id AND "until" IS NULL;
  INSERT INTO spell (device_id, state, since, sheet_id)
    VALUES (NEW.id, NEW.state, NEW.state_since,
      (SELECT id FROM sheet WHERE device_id = NEW.id
        AND state IN ('planned', 'loaded', 'drawing', 'waiting', 'interrupted') LIMIT 1));
END
"""


# What the ledger sums up to, kept beside it: whoever writes to the ledger, the balances follow.
PEN_BALANCE = """UPDATE pen SET
  received_mm = received_mm {sign} (CASE WHEN {row}.kind = 'receive' THEN {row}.mm ELSE 0 END),
  written_off_mm = written_off_mm {sign} (CASE WHEN {row}.kind = 'retire' THEN {row}.mm ELSE 0 END),
  used_mm = used_mm {sign} (CASE WHEN {row}.kind NOT IN ('receive', 'reserve', 'release', 'retire')
    THEN -{row}.mm ELSE 0 END)
  WHERE id = {row}.pen_id;"""
PAPER_BALANCE = """UPDATE paper SET stock = stock {sign} {row}.sheets
  WHERE id = {row}.paper_id AND {row}.kind NOT IN ('reserve', 'release');"""
BALANCES = """
UPDATE pen SET
  received_mm = coalesce((SELECT sum(mm) FROM ledger WHERE pen_id = pen.id AND kind = 'receive'), 0),
  used_mm = -coalesce((SELECT sum(mm) FROM ledger WHERE pen_id = pen.id
    AND kind NOT IN ('receive', 'reserve', 'release', 'retire')), 0),
  written_off_mm = coalesce((SELECT sum(mm) FROM ledger WHERE pen_id = pen.id AND kind = 'retire'), 0)
"""
STOCKS = """
UPDATE paper SET stock = coalesce((SELECT sum(sheets) FROM ledger WHERE paper_id = paper.id
  AND kind NOT IN ('reserve', 'release')), 0)
"""


def keep_balances(db):
    db.execute_sql(BALANCES)
    db.execute_sql(STOCKS)
    ways = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}
    for change, rows in ways.items():
        body = " ".join(
            balance.format(row=row, sign="+" if row == "NEW" else "-")
            for row in rows
            for balance in (PEN_BALANCE, PAPER_BALANCE)
        )
        db.execute_sql(
            f"CREATE TRIGGER ledger_balance_{change} AFTER {change.upper()} ON ledger "
            f"BEGIN {body} END"
        )


def up(migrator, db):
    # Plain statements: the triggers of the tables stay as they are.
    for table, columns in NEW_COLUMNS.items():
        for column in columns:
            db.execute_sql(f'ALTER TABLE "{table}" ADD COLUMN {column}')
    for table, columns in NEW_TABLES.items():
        db.execute_sql(f'CREATE TABLE "{table}" ({", ".join(columns)})')
    for table, columns, unique in NEW_INDEXES:
        names = ", ".join(f'"{column}"' for column in columns)
        db.execute_sql(
            f"CREATE {'UNIQUE ' if unique else ''}INDEX "
            f'"{table}_{"_".join(columns)}" ON "{table}" ({names})'
        )
    db.execute_sql(RUN_MOVES)
    db.execute_sql(SPELLS)
    keep_balances(db)
    db.execute_sql("INSERT INTO topic (name, version) VALUES ('notices', 0)")
    for topic, tables in NEW_TOPICS.items():
        for table in tables:
            for change in ("INSERT", "UPDATE", "DELETE"):
                db.execute_sql(
                    f"CREATE TRIGGER topic_{topic}_{table}_{change.lower()} AFTER {change} "
                    f'ON "{table}" BEGIN UPDATE topic SET version = version + 1 '
                    f"WHERE name = '{topic}'; END"
                )
