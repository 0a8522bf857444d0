-- CreateTable
CREATE TABLE "accounts" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "user_id" UUID,
    "posted" BIGINT NOT NULL DEFAULT 0,
    "held" BIGINT NOT NULL DEFAULT 0,
    "next_expiry_at" TIMESTAMPTZ(3),

    CONSTRAINT "accounts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "holds" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "max" BIGINT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'held',
    "terms" TEXT NOT NULL,
    "settlement" TEXT,
    "purpose" TEXT NOT NULL,
    "reference" TEXT,
    "charged" BIGINT,
    "borne" BIGINT,
    "item" TEXT,
    "input_tokens" INTEGER,
    "output_tokens" INTEGER,
    "partial" BOOLEAN NOT NULL DEFAULT false,
    "price_version" INTEGER,
    "made_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "holds_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "grants" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "amount" BIGINT NOT NULL,
    "remaining" BIGINT NOT NULL,
    "priority" INTEGER NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "reason" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "grants_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "entries" (
    "sequence" BIGSERIAL NOT NULL,
    "transfer_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "amount" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "hold_id" UUID,
    "grant_id" UUID,
    "price_version" INTEGER,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "entries_pkey" PRIMARY KEY ("sequence")
);

-- CreateTable
CREATE TABLE "adjustments" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "amount" BIGINT NOT NULL,
    "reason" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "adjustments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "prices" (
    "version" SERIAL NOT NULL,
    "item" TEXT NOT NULL,
    "input_per_million" BIGINT NOT NULL DEFAULT 0,
    "output_per_million" BIGINT NOT NULL DEFAULT 0,
    "per_minute" BIGINT NOT NULL DEFAULT 0,
    "valid_from" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "prices_pkey" PRIMARY KEY ("version")
);

-- CreateIndex
CREATE UNIQUE INDEX "accounts_user_id_key" ON "accounts"("user_id");

-- CreateIndex
CREATE INDEX "accounts_next_expiry_at_idx" ON "accounts"("next_expiry_at");

-- CreateIndex
CREATE INDEX "entries_account_id_sequence_idx" ON "entries"("account_id", "sequence");

-- CreateIndex
CREATE UNIQUE INDEX "entries_transfer_id_account_id_key" ON "entries"("transfer_id", "account_id");

-- CreateIndex
CREATE INDEX "prices_item_valid_from_idx" ON "prices"("item", "valid_from");

-- AddForeignKey
ALTER TABLE "holds" ADD CONSTRAINT "holds_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "grants" ADD CONSTRAINT "grants_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What has to hold whatever the code does.
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_never_overspent"
  CHECK ("kind" <> 'wallet' OR ("held" >= 0 AND "posted" >= "held" AND "posted" <= 1000000000000000));
ALTER TABLE "holds" ADD CONSTRAINT "holds_within_their_max"
  CHECK ("max" >= 0 AND ("charged" IS NULL OR "charged" BETWEEN 0 AND "max") AND ("borne" IS NULL OR "borne" >= 0));
ALTER TABLE "grants" ADD CONSTRAINT "grants_within_their_amount" CHECK ("remaining" BETWEEN 0 AND "amount");
ALTER TABLE "entries" ADD CONSTRAINT "entries_move_something" CHECK ("amount" <> 0);

-- Holds that go on and grants that are left are few; those that have been are many.
CREATE INDEX "holds_under_way_idx" ON "holds" ("expires_at") WHERE "state" = 'held';
CREATE INDEX "holds_of_account_under_way_idx" ON "holds" ("account_id") WHERE "state" = 'held';
CREATE INDEX "grants_left_idx" ON "grants" ("account_id", "priority", "expires_at", "created_at") WHERE "remaining" > 0;

CREATE FUNCTION "refuse_to_change_the_books"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'entries and prices are never changed or deleted';
END $$;
CREATE TRIGGER "entries_are_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "entries"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_to_change_the_books"();
CREATE TRIGGER "prices_are_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "prices"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_to_change_the_books"();

INSERT INTO "accounts" ("id", "kind") VALUES
  ('00000000-0000-0000-0000-000000000001', 'income'),
  ('00000000-0000-0000-0000-000000000002', 'cost'),
  ('00000000-0000-0000-0000-000000000003', 'source'),
  ('00000000-0000-0000-0000-000000000004', 'corrections');

-- Until an administrator says otherwise: a credit for a thousand tokens in, two for a thousand out, ten for a minute.
INSERT INTO "prices" ("item", "input_per_million", "output_per_million", "per_minute", "valid_from") VALUES
  ('*', 1000000000, 2000000000, 0, 'epoch'),
  ('offline', 0, 0, 0, 'epoch'),
  ('voice-chat', 0, 0, 10000000, 'epoch');

-- What something costs by the prices of a time; a part of a micro-credit is a whole one.
CREATE FUNCTION "cost_of"("used" jsonb, "at_time" timestamptz, OUT "micro" bigint, OUT "price" int)
LANGUAGE plpgsql STABLE AS $$
DECLARE found prices; wanted text;
BEGIN
  IF used->>'type' = 'amount' THEN micro := (used->>'micro')::bigint; RETURN; END IF;
  wanted := CASE used->>'type' WHEN 'voice-chat' THEN 'voice-chat' ELSE used->>'model' END;
  SELECT * INTO STRICT found FROM prices WHERE item IN (wanted, '*') AND valid_from <= at_time
    ORDER BY item = '*', valid_from DESC, version DESC LIMIT 1;
  price := found.version;
  micro := least(1000000000000000, CASE used->>'type'
    WHEN 'voice-chat' THEN ceil((used->>'seconds')::numeric * found.per_minute / 60)
    ELSE ceil(((used->>'inputTokens')::numeric * found.input_per_million
      + (used->>'outputTokens')::numeric * found.output_per_million) / 1000000) END)::bigint;
END $$;

-- Takes from an account's grants in their order: the lowest priority number, then the earliest expiry, then the oldest.
CREATE FUNCTION "burn_grants"("account" uuid, "amount_burnt" bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE given record; missing bigint := amount_burnt; part bigint;
BEGIN
  FOR given IN SELECT id, remaining FROM grants WHERE account_id = account AND remaining > 0
    ORDER BY priority, expires_at NULLS LAST, created_at, id
  LOOP
    EXIT WHEN missing = 0;
    part := least(missing, given.remaining);
    UPDATE grants SET remaining = remaining - part WHERE id = given.id;
    missing := missing - part;
  END LOOP;
  IF missing > 0 THEN RAISE EXCEPTION 'the grants of account % do not cover its balance', account; END IF;
END $$;

-- Takes back what is left of grants that are over, as far as it is not held. The account is locked.
CREATE FUNCTION "expire_grants"("account" uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE given record; free bigint; part bigint; transfer uuid;
BEGIN
  SELECT posted - held INTO free FROM accounts WHERE id = account;
  FOR given IN SELECT id, remaining FROM grants WHERE account_id = account AND remaining > 0 AND expires_at <= now()
    ORDER BY priority, expires_at, created_at, id
  LOOP
    part := least(free, given.remaining);
    EXIT WHEN part = 0;
    transfer := gen_random_uuid();
    INSERT INTO entries (transfer_id, account_id, amount, kind, grant_id) VALUES
      (transfer, account, -part, 'grant-expiry', given.id),
      (transfer, '00000000-0000-0000-0000-000000000003', part, 'grant-expiry', given.id);
    UPDATE grants SET remaining = remaining - part WHERE id = given.id;
    UPDATE accounts SET posted = posted - part WHERE id = account;
    free := free - part;
  END LOOP;
  UPDATE accounts SET next_expiry_at = (
    SELECT min(expires_at) FROM grants WHERE account_id = account AND remaining > 0
  ) WHERE id = account;
END $$;

CREATE FUNCTION "dearest_of"("most" jsonb, "at_time" timestamptz) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (SELECT max(costs.micro) FROM jsonb_array_elements(most) one, cost_of(one, at_time) costs);
END $$;

-- Each of these gives the hold as it is, or why it is refused.
CREATE FUNCTION "reserve_hold"(
  "wanted" uuid, "owner" uuid, "most" jsonb, "life_s" int, "why" text, "about" text, "given_terms" text,
  OUT "refused" text, OUT "kept" holds
) LANGUAGE plpgsql AS $$
DECLARE payer uuid; expiry timestamptz; dearest bigint;
BEGIN
  SELECT * INTO kept FROM holds WHERE id = wanted;
  IF FOUND THEN
    IF kept.terms <> given_terms THEN refused := 'conflict'; END IF;
    RETURN;
  END IF;
  dearest := dearest_of(most, now());
  payer := '00000000-0000-0000-0000-000000000002';
  IF owner IS NOT NULL THEN
    SELECT id, next_expiry_at INTO payer, expiry FROM accounts WHERE user_id = owner;
    IF payer IS NULL AND dearest > 0 THEN refused := 'insufficient-credits'; RETURN; END IF;
    payer := coalesce(payer, '00000000-0000-0000-0000-000000000002');
    IF expiry <= now() THEN PERFORM expire_grants(payer); END IF;
    UPDATE accounts SET held = held + dearest WHERE id = payer AND kind = 'wallet' AND posted - held >= dearest;
    IF NOT FOUND AND dearest > 0 THEN refused := 'insufficient-credits'; RETURN; END IF;
  END IF;
  INSERT INTO holds (id, account_id, max, terms, purpose, reference, expires_at)
    VALUES (wanted, payer, dearest, given_terms, why, about, now() + make_interval(secs => life_s))
    RETURNING * INTO kept;
END $$;

CREATE FUNCTION "extend_hold"("wanted" uuid, "most" jsonb, "life_s" int, OUT "refused" text, OUT "kept" holds)
LANGUAGE plpgsql AS $$
DECLARE more bigint;
BEGIN
  SELECT * INTO kept FROM holds WHERE id = wanted FOR NO KEY UPDATE;
  IF NOT FOUND THEN refused := 'not-found'; RETURN; END IF;
  IF kept.state <> 'held' THEN RETURN; END IF;
  more := greatest(0, dearest_of(most, kept.made_at) - kept.max);
  IF more > 0 THEN
    UPDATE accounts SET held = held + more WHERE id = kept.account_id AND kind = 'wallet' AND posted - held >= more;
    IF NOT FOUND AND EXISTS (SELECT 1 FROM accounts WHERE id = kept.account_id AND kind = 'wallet') THEN
      refused := 'insufficient-credits';
      RETURN;
    END IF;
  END IF;
  UPDATE holds SET max = max + more, expires_at = greatest(expires_at, now() + make_interval(secs => life_s))
    WHERE id = wanted RETURNING * INTO kept;
END $$;

CREATE FUNCTION "settle_hold"(
  "wanted" uuid, "used" jsonb, "by_platform" boolean, "broke_off" boolean, "given_settlement" text,
  OUT "refused" text, OUT "kept" holds
) LANGUAGE plpgsql AS $$
DECLARE cost bigint; version int; paid bigint; rest bigint; transfer uuid;
BEGIN
  SELECT * INTO kept FROM holds WHERE id = wanted FOR NO KEY UPDATE;
  IF NOT FOUND THEN refused := 'not-found'; RETURN; END IF;
  IF kept.state <> 'held' THEN
    IF kept.settlement <> given_settlement THEN refused := 'conflict'; END IF;
    RETURN;
  END IF;
  SELECT micro, price INTO cost, version FROM cost_of(used, kept.made_at);
  IF cost > kept.max AND used->>'type' = 'amount' THEN refused := 'conflict'; RETURN; END IF;
  by_platform := by_platform OR kept.account_id = '00000000-0000-0000-0000-000000000002';
  paid := CASE WHEN by_platform THEN 0 ELSE least(cost, kept.max) END;
  rest := cost - paid;
  UPDATE accounts SET held = held - kept.max, posted = posted - paid WHERE id = kept.account_id AND kind = 'wallet';
  IF paid > 0 THEN
    PERFORM burn_grants(kept.account_id, paid);
    INSERT INTO entries (transfer_id, account_id, amount, kind, hold_id, price_version) VALUES
      (wanted, kept.account_id, -paid, 'settlement', wanted, version),
      (wanted, '00000000-0000-0000-0000-000000000001', paid, 'settlement', wanted, version);
  END IF;
  IF rest > 0 THEN
    transfer := gen_random_uuid();
    INSERT INTO entries (transfer_id, account_id, amount, kind, hold_id, price_version) VALUES
      (transfer, '00000000-0000-0000-0000-000000000002', -rest, 'settlement', wanted, version),
      (transfer, '00000000-0000-0000-0000-000000000001', rest, 'settlement', wanted, version);
  END IF;
  UPDATE holds SET state = 'settled', settlement = given_settlement, charged = paid, borne = rest, price_version = version,
    item = CASE used->>'type' WHEN 'tokens' THEN used->>'model' ELSE used->>'type' END,
    input_tokens = (used->>'inputTokens')::int, output_tokens = (used->>'outputTokens')::int,
    partial = broke_off, ended_at = now()
    WHERE id = wanted RETURNING * INTO kept;
END $$;

CREATE FUNCTION "void_hold"("wanted" uuid, OUT "refused" text, OUT "kept" holds) LANGUAGE plpgsql AS $$
BEGIN
  UPDATE holds SET state = 'voided', ended_at = now() WHERE id = wanted AND state = 'held' RETURNING * INTO kept;
  IF FOUND THEN
    UPDATE accounts SET held = held - kept.max WHERE id = kept.account_id AND kind = 'wallet';
    RETURN;
  END IF;
  SELECT * INTO kept FROM holds WHERE id = wanted;
  IF NOT FOUND THEN refused := 'not-found'; END IF;
END $$;

-- What many callers ask at the same time, in one transaction. The wallets are locked first, always in the same order, so that
-- no two of these wait for each other.
CREATE FUNCTION "work_on_holds"("work" jsonb)
RETURNS TABLE (
  "number" int, "refused" text, "id" uuid, "state" text, "max" bigint, "charged" bigint, "borne" bigint,
  "price_version" int, "expires_at" timestamptz
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE step record; outcome record; owners uuid[]; wanted uuid[]; wallets uuid[];
BEGIN
  SELECT array_agg((one->>'owner')::uuid), array_agg((one->>'hold')::uuid) INTO owners, wanted
    FROM jsonb_array_elements(work) one;
  SELECT array_agg(found.id) INTO wallets FROM (
    SELECT accounts.id FROM accounts WHERE user_id = ANY(owners)
    UNION SELECT account_id FROM holds WHERE holds.id = ANY(wanted)
  ) found;
  PERFORM 1 FROM accounts WHERE accounts.id = ANY(wallets) AND kind = 'wallet' ORDER BY id FOR NO KEY UPDATE;
  FOR step IN SELECT * FROM jsonb_to_recordset(work) AS asked(
    number int, op text, hold uuid, owner uuid, most jsonb, used jsonb, life int, purpose text, reference text,
    platform boolean, partial boolean, terms text
  ) ORDER BY asked.hold, asked.number
  LOOP
    CASE step.op
      WHEN 'reserve' THEN SELECT * INTO outcome FROM reserve_hold(
        step.hold, step.owner, step.most, step.life, step.purpose, step.reference, step.terms);
      WHEN 'extend' THEN SELECT * INTO outcome FROM extend_hold(step.hold, step.most, step.life);
      WHEN 'settle' THEN SELECT * INTO outcome FROM settle_hold(
        step.hold, step.used, step.platform, step.partial, step.terms);
      ELSE SELECT * INTO outcome FROM void_hold(step.hold);
    END CASE;
    number := step.number;
    refused := outcome.refused;
    id := (outcome.kept).id;
    state := (outcome.kept).state;
    max := (outcome.kept).max;
    charged := (outcome.kept).charged;
    borne := (outcome.kept).borne;
    price_version := (outcome.kept).price_version;
    expires_at := (outcome.kept).expires_at;
    RETURN NEXT;
  END LOOP;
END $$;

-- Ends some of the holds that are over; how many. Wallets that somebody works on come the next time.
CREATE FUNCTION "expire_holds"("most" int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE due uuid[]; free uuid[]; ended int;
BEGIN
  SELECT array_agg(id) INTO due FROM (
    SELECT id FROM holds WHERE state = 'held' AND expires_at <= now() ORDER BY expires_at LIMIT most
  ) overdue;
  SELECT array_agg(id) INTO free FROM (
    SELECT id FROM accounts WHERE id IN (SELECT account_id FROM holds WHERE id = ANY(due))
    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
  ) locked;
  WITH over AS (
    UPDATE holds SET state = 'expired', ended_at = now()
      WHERE id = ANY(due) AND account_id = ANY(free) AND state = 'held' AND expires_at <= now()
      RETURNING account_id, max
  ), released AS (
    UPDATE accounts SET held = held - sums.max
      FROM (SELECT account_id, sum(max) AS max FROM over GROUP BY account_id) sums
      WHERE accounts.id = sums.account_id AND kind = 'wallet'
  )
  SELECT count(*) INTO ended FROM over;
  RETURN ended;
END $$;

-- Takes back what is left of grants that are over, of some wallets; how many wallets.
CREATE FUNCTION "sweep_grants"("most" int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE wallet record; swept int := 0;
BEGIN
  FOR wallet IN SELECT id FROM accounts WHERE next_expiry_at <= now() AND posted > held
    ORDER BY next_expiry_at LIMIT most FOR NO KEY UPDATE SKIP LOCKED
  LOOP
    PERFORM expire_grants(wallet.id);
    swept := swept + 1;
  END LOOP;
  RETURN swept;
END $$;

-- The wallet of somebody, locked; made when there is none.
CREATE FUNCTION "lock_wallet"("owner" uuid) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE wallet uuid;
BEGIN
  INSERT INTO accounts (id, kind, user_id) VALUES (gen_random_uuid(), 'wallet', owner) ON CONFLICT (user_id) DO NOTHING;
  SELECT id INTO STRICT wallet FROM accounts WHERE user_id = owner FOR NO KEY UPDATE;
  RETURN wallet;
END $$;

-- Gives credits, once for each id. Gives why it is refused.
CREATE FUNCTION "give_grant"(
  "wanted" uuid, "owner" uuid, "given" bigint, "rank" int, "until" timestamptz, "why" text, "of_kind" text
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE wallet uuid := lock_wallet(owner); known grants;
  from_account uuid := CASE of_kind WHEN 'grant' THEN '00000000-0000-0000-0000-000000000003'
    ELSE '00000000-0000-0000-0000-000000000004' END::uuid;
BEGIN
  SELECT * INTO known FROM grants WHERE id = wanted;
  IF FOUND THEN
    RETURN CASE WHEN (known.account_id, known.amount, known.priority, known.reason) = (wallet, given, rank, why)
      AND known.expires_at IS NOT DISTINCT FROM until::timestamptz(3) THEN NULL ELSE 'conflict' END;
  END IF;
  IF (SELECT posted FROM accounts WHERE id = wallet) + given > 1000000000000000 THEN RETURN 'conflict'; END IF;
  INSERT INTO grants (id, account_id, amount, remaining, priority, expires_at, reason)
    VALUES (wanted, wallet, given, given, rank, until, why);
  INSERT INTO entries (transfer_id, account_id, amount, kind, grant_id) VALUES
    (wanted, wallet, given, of_kind, wanted), (wanted, from_account, -given, of_kind, wanted);
  UPDATE accounts SET posted = posted + given, next_expiry_at = least(next_expiry_at, until) WHERE id = wallet;
  RETURN NULL;
END $$;

-- Corrects a balance, once for each id. Gives why it is refused.
CREATE FUNCTION "adjust_wallet"("wanted" uuid, "owner" uuid, "change" bigint, "why" text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE wallet uuid := lock_wallet(owner); known adjustments; refusal text;
BEGIN
  SELECT * INTO known FROM adjustments WHERE id = wanted;
  IF FOUND THEN
    RETURN CASE WHEN (known.account_id, known.amount, known.reason) = (wallet, change, why) THEN NULL ELSE 'conflict' END;
  END IF;
  IF change > 0 THEN refusal := give_grant(wanted, owner, change, 100, NULL, why, 'adjustment');
  ELSE
    UPDATE accounts SET posted = posted + change WHERE id = wallet AND posted - held + change >= 0;
    IF NOT FOUND THEN RETURN 'insufficient-credits'; END IF;
    PERFORM burn_grants(wallet, -change);
    INSERT INTO entries (transfer_id, account_id, amount, kind) VALUES
      (wanted, wallet, change, 'adjustment'),
      (wanted, '00000000-0000-0000-0000-000000000004', -change, 'adjustment');
  END IF;
  IF refusal IS NULL THEN
    INSERT INTO adjustments (id, account_id, amount, reason) VALUES (wanted, wallet, change, why);
  END IF;
  RETURN refusal;
END $$;
