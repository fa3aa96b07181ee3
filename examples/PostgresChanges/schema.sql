-- An application's table, and the outbox table that a trigger fills in the same transaction: a change and its evidence are
-- committed together or not at all.
CREATE TABLE IF NOT EXISTS approvals (
    id bigserial PRIMARY KEY,
    scene text NOT NULL,
    decision text NOT NULL CHECK (decision IN ('submit', 'approve', 'reject')),
    decided_by text NOT NULL
);

CREATE TABLE IF NOT EXISTS ledger_outbox (
    id bigserial PRIMARY KEY,
    key uuid NOT NULL DEFAULT gen_random_uuid(),
    subject text NOT NULL,
    scene text NOT NULL,
    action text NOT NULL,
    actor text NOT NULL,
    digest bytea NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE OR REPLACE FUNCTION anchor_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_outbox (subject, scene, action, actor, digest)
    VALUES ('approval/' || NEW.id, NEW.scene, NEW.decision, NEW.decided_by,
            sha256(convert_to(row_to_json(NEW)::text, 'UTF8')));
    -- Delivered when, and only when, the transaction commits.
    PERFORM pg_notify('ledger_outbox', '');
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER anchor_approval AFTER INSERT OR UPDATE OF decision ON approvals
    FOR EACH ROW EXECUTE FUNCTION anchor_approval();
