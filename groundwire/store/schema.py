"""The database's tables, as numbered migrations of readable DDL.

Three families: kept (append-only, but for the polling state of feeds and pages), derived (dropped and rebuilt
by `groundwire derive`), published (a version's rows never change but its status). Times are text as
groundwire.clock.to_text writes them; lists are JSON text. Identities are hashes of what a thing is, never of
when it arrived, so that an interrupted run leaves no trace in them.
"""

from __future__ import annotations

KEPT = """
CREATE TABLE feeds (
  id TEXT PRIMARY KEY,                 -- short_id(address first given)
  url TEXT NOT NULL UNIQUE,            -- address asked now
  given_url TEXT NOT NULL,             -- address first given
  title TEXT,                          -- the feed's own title
  outlet TEXT,                         -- the operator's name for the outlet (OPML title)
  html_url TEXT,
  language TEXT,
  state TEXT NOT NULL DEFAULT 'ok',    -- ok | malformed | failed | off
  reason TEXT,
  added TEXT NOT NULL,
  backfill_days INTEGER,               -- first poll fetches pages this far back instead of fetch.max_age_days
  etag TEXT, last_modified TEXT,       -- validators exactly as received
  body_sha256 TEXT,
  same_bodies INTEGER NOT NULL DEFAULT 0, -- identical bodies in a row from a server without validators
  ttl_seconds INTEGER,                 -- the feed's own pause (ttl, sy:updatePeriod), for 304 answers too
  skip_hours TEXT, skip_days TEXT,     -- JSON lists
  next_poll TEXT,                      -- not asked before this moment; NULL when never polled
  requested TEXT,                      -- a request was noted and its answer is not stored yet
  last_polled TEXT, last_ok TEXT, first_ok TEXT,
  failures INTEGER NOT NULL DEFAULT 0, -- in a row
  failing_since TEXT,
  moved_to TEXT, moved_days TEXT       -- target of a permanent redirect and the JSON list of days it was seen
) STRICT;

CREATE TABLE hosts (
  host TEXT PRIMARY KEY,
  blocked_until TEXT, reason TEXT,     -- 429 and 503 stop the whole host
  blocks INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE robots (
  origin TEXT PRIMARY KEY,             -- scheme://host:port
  fetched TEXT NOT NULL, expires TEXT NOT NULL,
  status INTEGER,                      -- NULL: it could not be reached
  body TEXT,
  good_body TEXT                       -- the last copy that was read
) STRICT;

CREATE TABLE items (
  id TEXT PRIMARY KEY,                 -- short_id(feed id, key)
  feed_id TEXT NOT NULL REFERENCES feeds(id),
  key TEXT NOT NULL,                   -- identity in the feed
  url TEXT, title TEXT NOT NULL, summary TEXT NOT NULL, author TEXT, language TEXT,
  published TEXT NOT NULL,             -- first seen when the feed gave nothing usable
  estimated INTEGER NOT NULL,          -- 1: `published` is when it was first seen
  stated TEXT,                         -- the date as the feed gave it, when it was not used
  first_seen TEXT NOT NULL,
  page_id TEXT,                        -- NULL: it has no address to fetch
  trouble TEXT,
  UNIQUE (feed_id, key)
) STRICT;
CREATE INDEX items_page ON items(page_id);

CREATE TABLE pages (
  id TEXT PRIMARY KEY,                 -- short_id(identity)
  identity TEXT NOT NULL UNIQUE,       -- canonical address
  url TEXT NOT NULL,                   -- address asked
  host TEXT NOT NULL,
  state TEXT NOT NULL,                 -- queued | skipped | read | failed | refused | done | forgotten
  reason TEXT,
  published TEXT NOT NULL,             -- of its newest item, for order in the queue
  outlet TEXT,                         -- the operator's name, from the feed it came by
  feed_title TEXT,
  requested TEXT,                      -- a request was noted and its answer is not stored yet
  next_fetch TEXT,                     -- not asked before this moment
  fetched TEXT,
  tries INTEGER NOT NULL DEFAULT 0,
  checks INTEGER NOT NULL DEFAULT 0,   -- conditional re-reads done (days 1, 3, 7)
  etag TEXT, last_modified TEXT,
  same_as TEXT                         -- the page whose canonical address this one names
) STRICT;
CREATE INDEX pages_queue ON pages(state, next_fetch);

CREATE TABLE records (
  seq INTEGER PRIMARY KEY,             -- row number for the full-text index; never shown
  id TEXT NOT NULL UNIQUE,             -- short_id(page identity, version)
  page_id TEXT NOT NULL REFERENCES pages(id),
  version INTEGER NOT NULL,
  url TEXT NOT NULL, canonical_url TEXT NOT NULL, outlet TEXT NOT NULL, title TEXT NOT NULL,
  author TEXT, language TEXT,
  published TEXT NOT NULL, fetched TEXT NOT NULL,
  text TEXT NOT NULL, text_sha256 TEXT NOT NULL,
  state TEXT NOT NULL, reason TEXT,
  correction TEXT,                     -- the page's own correction notice
  UNIQUE (page_id, version)
) STRICT;
CREATE INDEX records_published ON records(published, page_id, version);
CREATE INDEX records_fetched ON records(fetched);
CREATE VIRTUAL TABLE records_fts USING fts5(title, text, content='records', content_rowid='seq', tokenize='porter unicode61');
CREATE TRIGGER records_fts_insert AFTER INSERT ON records BEGIN
  INSERT INTO records_fts(rowid, title, text) VALUES (new.seq, new.title, new.text);
END;

CREATE TABLE failures (
  kind TEXT NOT NULL, subject TEXT NOT NULL, -- feed | page | host | model | ..., and its address or name
  reason TEXT NOT NULL,
  first TEXT NOT NULL, last TEXT NOT NULL,
  times INTEGER NOT NULL DEFAULT 1,
  cleared TEXT,                        -- when it worked again
  PRIMARY KEY (kind, subject)
) STRICT;

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  command TEXT NOT NULL,
  started TEXT NOT NULL,               -- by the clock in force
  ended TEXT,
  clock TEXT NOT NULL,                 -- system | fixed
  derived TEXT,                        -- the moment up to which the find stage finished in this run
  exit_code INTEGER,
  summary TEXT                         -- JSON: the stage reports
) STRICT;

CREATE TABLE calls (
  id TEXT PRIMARY KEY,                 -- short_id(prompt hash, model, base_url, ...)
  run_id TEXT, article_id TEXT,
  role TEXT NOT NULL, model TEXT NOT NULL, base_url TEXT NOT NULL,
  prompt TEXT NOT NULL,                -- name of the prompt file
  prompt_sha256 TEXT NOT NULL,         -- of messages and response format
  parameters TEXT NOT NULL, request TEXT NOT NULL,
  answer TEXT,                         -- NULL: sent, no answer stored
  input_tokens INTEGER, output_tokens INTEGER, estimated INTEGER NOT NULL DEFAULT 0,
  cost REAL, duration_ms INTEGER,
  state TEXT NOT NULL,                 -- sent | answered | failed | pruned | erased: the last two without request and answer
  error TEXT,
  asked TEXT NOT NULL
) STRICT;
CREATE INDEX calls_prompt ON calls(prompt_sha256);

CREATE TABLE reviews (
  id TEXT PRIMARY KEY,
  article_id TEXT NOT NULL, version INTEGER NOT NULL,
  action TEXT NOT NULL,                -- hold | approve | reject | retract | edit
  by TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL,
  text_sha256 TEXT                     -- of the text that was decided on
) STRICT;

CREATE TABLE corrections (
  id TEXT PRIMARY KEY,
  article_id TEXT NOT NULL, version INTEGER NOT NULL,
  at TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL, was TEXT, now_is TEXT,
  record_id TEXT                       -- the changed record that led to it
) STRICT;
"""

DERIVED = """
CREATE TABLE passages (
  record_id TEXT NOT NULL, n INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
  rule TEXT NOT NULL,
  PRIMARY KEY (record_id, n)
) STRICT;

CREATE TABLE copies (
  record_id TEXT PRIMARY KEY, origin_id TEXT NOT NULL, similarity REAL NOT NULL, altered TEXT, rule TEXT NOT NULL
) STRICT;

CREATE TABLE stories (
  id TEXT PRIMARY KEY, title TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL,
  state TEXT NOT NULL,                 -- open | closed
  merged_into TEXT, rule TEXT NOT NULL
) STRICT;
CREATE INDEX stories_state ON stories(state);

CREATE TABLE story_records (
  story_id TEXT NOT NULL, record_id TEXT NOT NULL,
  as_of TEXT NOT NULL,                 -- the moment that put it there
  prior TEXT,                          -- the record's story before that moment
  PRIMARY KEY (story_id, record_id)
) STRICT;
CREATE INDEX story_records_record ON story_records(record_id);

CREATE TABLE figures (
  id TEXT PRIMARY KEY, record_id TEXT NOT NULL, record_version INTEGER NOT NULL,
  start INTEGER NOT NULL, "end" INTEGER NOT NULL, quote TEXT NOT NULL,
  value TEXT NOT NULL,                 -- decimal, normalised
  unit TEXT NOT NULL, currency TEXT, entity TEXT, measure TEXT, period TEXT, as_of TEXT, hedge TEXT,
  sentence_start INTEGER NOT NULL, sentence_end INTEGER NOT NULL,
  rule TEXT NOT NULL
) STRICT;
CREATE INDEX figures_record ON figures(record_id);

CREATE TABLE layers (
  record_id TEXT NOT NULL, layer TEXT NOT NULL, score REAL NOT NULL, rule TEXT NOT NULL,
  PRIMARY KEY (record_id, layer)
) STRICT;

CREATE TABLE signals (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, strength REAL NOT NULL, statement TEXT NOT NULL,
  records TEXT NOT NULL, stories TEXT NOT NULL, "values" TEXT NOT NULL, as_of TEXT NOT NULL, rule TEXT NOT NULL
) STRICT;

CREATE TABLE themes (
  id TEXT PRIMARY KEY,
  rank INTEGER NOT NULL,               -- 1 is the strongest
  stories TEXT NOT NULL, records TEXT NOT NULL, signals TEXT NOT NULL, layers TEXT NOT NULL,
  independent INTEGER NOT NULL, ready INTEGER NOT NULL, reason TEXT NOT NULL, as_of TEXT NOT NULL, rule TEXT NOT NULL
) STRICT;
"""

PUBLISHED = """
CREATE TABLE threads (
  id TEXT PRIMARY KEY, slug TEXT NOT NULL UNIQUE, title TEXT NOT NULL, opened TEXT NOT NULL, moved TEXT NOT NULL
) STRICT;

CREATE TABLE articles (
  id TEXT NOT NULL, slug TEXT NOT NULL, version INTEGER NOT NULL,
  status TEXT NOT NULL,                -- draft | held | approved | published | rejected | retracted
  writer TEXT NOT NULL, form TEXT NOT NULL,
  thread_id TEXT NOT NULL REFERENCES threads(id),
  published TEXT NOT NULL, modified TEXT NOT NULL,
  body TEXT NOT NULL,                  -- JSON: everything of records.Article that the other tables do not hold
  theme_id TEXT NOT NULL, stories TEXT NOT NULL,
  text_sha256 TEXT NOT NULL,           -- of the text that readers see
  reasons TEXT NOT NULL,               -- JSON: why the gate decided so
  run_id TEXT,
  PRIMARY KEY (id, version),
  UNIQUE (slug, version)
) STRICT;
CREATE INDEX articles_status ON articles(status, published);

CREATE TABLE sentences (
  id TEXT PRIMARY KEY,                 -- ARTICLE-VERSION-N
  article_id TEXT NOT NULL, version INTEGER NOT NULL, n INTEGER NOT NULL,
  section TEXT NOT NULL,               -- headline | dek | body:I:P | so_far | question:I
  kind TEXT NOT NULL, text TEXT NOT NULL, verdict TEXT,
  cut INTEGER NOT NULL DEFAULT 0,
  UNIQUE (article_id, version, n)
) STRICT;

CREATE TABLE citations (
  sentence_id TEXT NOT NULL REFERENCES sentences(id), n INTEGER NOT NULL,
  target TEXT NOT NULL,                -- passage | calculation | reference
  record_id TEXT, record_version INTEGER, start INTEGER, "end" INTEGER, quote TEXT,
  rule TEXT, value TEXT, inputs TEXT,  -- inputs: JSON list of records.CalculationInput
  PRIMARY KEY (sentence_id, n)
) STRICT;
CREATE INDEX citations_record ON citations(record_id);

CREATE TABLE findings (
  sentence_id TEXT NOT NULL REFERENCES sentences(id), n INTEGER NOT NULL,
  "check" TEXT NOT NULL, severity TEXT NOT NULL, message TEXT NOT NULL,
  PRIMARY KEY (sentence_id, n)
) STRICT;

CREATE TABLE forecasts (
  id TEXT PRIMARY KEY, article_id TEXT NOT NULL, statement TEXT NOT NULL, made TEXT NOT NULL, due TEXT NOT NULL,
  wrong_if TEXT NOT NULL, outcome TEXT NOT NULL DEFAULT 'open', evidence TEXT
) STRICT;
"""

EVIDENCE = """
ALTER TABLE pages ADD COLUMN gone TEXT;        -- a page that was read once answered then that it is not there any more
ALTER TABLE figures ADD COLUMN direction TEXT; -- up | down: the size of a change; to: the level that it reached
CREATE TABLE passage_layers (          -- passages with a layer of their own; the others go by their record's
  record_id TEXT NOT NULL, n INTEGER NOT NULL, layer TEXT NOT NULL, score REAL NOT NULL, rule TEXT NOT NULL,
  PRIMARY KEY (record_id, n, layer)
) STRICT;
ALTER TABLE themes ADD COLUMN lead TEXT;                         -- the signal that is the thesis
ALTER TABLE themes ADD COLUMN joins TEXT NOT NULL DEFAULT '[]';  -- JSON: why each further story is there
"""

MODELS = """
ALTER TABLE calls ADD COLUMN about TEXT; -- the theme that a call was made for, until and after it is an article's
ALTER TABLE calls ADD COLUMN fault TEXT; -- an answer that was paid for and cannot be used: cut off | refused | ...
CREATE INDEX calls_asked ON calls(asked);
CREATE INDEX calls_about ON calls(about);

CREATE TABLE judgements (              -- kept: what a model said on a closed question of the find stage
  id TEXT PRIMARY KEY,                 -- short_id(kind, subject): a question is answered once
  as_of TEXT NOT NULL,                 -- the moment from which it holds
  kind TEXT NOT NULL,                  -- same | split | title | theme
  subject TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL
) STRICT;
ALTER TABLE forecasts ADD COLUMN decided TEXT; -- when its outcome was decided
ALTER TABLE sentences ADD COLUMN lead INTEGER NOT NULL DEFAULT 0; -- characters of the lead at its head

CREATE TABLE capabilities (
  base_url TEXT NOT NULL, model TEXT NOT NULL,
  rung TEXT NOT NULL,                  -- the way of asking for JSON that works
  proven INTEGER NOT NULL,             -- an answer on this rung had the form that was asked for
  limit_name TEXT NOT NULL,            -- the parameter that limits an answer
  temperature INTEGER NOT NULL,        -- whether it may be set
  context_tokens INTEGER, context_from TEXT,
  found TEXT NOT NULL,
  PRIMARY KEY (base_url, model)
) STRICT;
"""

OPERATIONS = """
CREATE TABLE forgotten (                -- what was removed on demand; its text is nowhere, its address is never asked again
  id TEXT PRIMARY KEY,                 -- short_id(identity of the page)
  address TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL,
  records TEXT NOT NULL,               -- JSON: [id, version, text_sha256] of each record of the page
  swept TEXT                           -- when site, old trees and free pages held nothing of it any more; NULL: the next build sees to it
) STRICT;

CREATE TABLE notices (                  -- what editors were told, each once by each channel
  kind TEXT NOT NULL,                  -- waiting | refusing
  channel TEXT NOT NULL,               -- webhook | smtp | apprise
  subject TEXT NOT NULL,               -- waiting: ID-VERSION; refusing: since when
  at TEXT NOT NULL,
  PRIMARY KEY (kind, channel, subject)
) STRICT;

CREATE INDEX records_kept ON records(fetched) WHERE state NOT IN ('pruned', 'forgotten');
CREATE INDEX items_kept ON items(first_seen) WHERE summary != '';
CREATE INDEX calls_kept ON calls(asked) WHERE request != '';
"""

SITE = """
CREATE INDEX records_gone ON records(id) WHERE state IN ('forgotten', 'pruned');
"""

PAGES = """
CREATE INDEX records_outlet ON records(outlet, state, published, id); -- who is read, without reading any text
"""

DESK = """
CREATE TABLE drafts (                   -- kept until decided: revisions of an editor's working copy of a version
  article_id TEXT NOT NULL, version INTEGER NOT NULL,
  revision INTEGER NOT NULL,           -- from 1; the newest is the one that is worked on, the others can be gone back to
  state TEXT NOT NULL,                 -- JSON: the article by value, numbers and decisions of its sentences
  by TEXT NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY (article_id, version, revision)
) STRICT;

CREATE TABLE review_events (            -- kept: what editors did to a version, append-only
  article_id TEXT NOT NULL, version INTEGER NOT NULL, n INTEGER NOT NULL,
  at TEXT NOT NULL, by TEXT NOT NULL, role TEXT NOT NULL,
  action TEXT NOT NULL,                -- opened | accept | edit | cut | ... | publish
  sentence INTEGER,                    -- its number in the version; NULL: it is about the whole
  before TEXT, after TEXT,             -- what it said before and says since
  PRIMARY KEY (article_id, version, n)
) STRICT;

CREATE TABLE review_records (           -- kept: what a review was, as it is exported
  sha256 TEXT PRIMARY KEY,             -- of `record`
  article_id TEXT NOT NULL, version INTEGER NOT NULL,
  record TEXT NOT NULL                 -- JSON
) STRICT;
ALTER TABLE reviews ADD COLUMN record_sha256 TEXT; -- the record of the review that led to the decision
"""

DECISIONS = """
CREATE TABLE decisions (                -- kept: what editors decided at the desk on outlets, feeds and forecasts, append-only
  n INTEGER PRIMARY KEY,
  at TEXT NOT NULL, by TEXT NOT NULL, role TEXT NOT NULL,
  kind TEXT NOT NULL,                  -- outlet | feed | forecast
  subject TEXT NOT NULL,               -- name of the outlet, address of the feed, id of the forecast
  action TEXT NOT NULL,
  before TEXT, after TEXT
) STRICT;
CREATE INDEX decisions_subject ON decisions(kind, subject);
"""

DERIVED_TABLES = ("passages", "copies", "stories", "story_records", "figures", "layers", "passage_layers", "signals", "themes")

MIGRATIONS: tuple[tuple[str, str], ...] = (
    ("0001-spine", KEPT + DERIVED + PUBLISHED),
    ("0002-evidence", EVIDENCE),
    ("0003-models", MODELS),
    ("0004-operations", OPERATIONS),
    ("0005-site", SITE),
    ("0006-pages", PAGES),
    ("0007-desk", DESK),
    ("0008-decisions", DECISIONS),
)
"""Every migration in order: its name, and the DDL that it runs in one transaction. Append only."""
