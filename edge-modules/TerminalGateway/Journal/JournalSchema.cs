using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Journal;

/// <summary>The journal's tables. What is in them is never changed: the database itself refuses.</summary>
internal static class JournalSchema
{
    public static SchemaStep Version1 { get; } = new("journal/1", """
        -- A life ends when the store turns out to have been set back to an older state; the next one's chains start afresh.
        CREATE TABLE journal_lives(life INTEGER PRIMARY KEY, opened_at TEXT NOT NULL) STRICT;
        INSERT INTO journal_lives(life, opened_at) VALUES(1, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'));
        CREATE TABLE journal(
            life INTEGER NOT NULL,
            number INTEGER NOT NULL,
            terminal_id TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            order_id TEXT,
            entry BLOB NOT NULL,
            terminal_head BLOB NOT NULL,
            till_head BLOB NOT NULL,
            PRIMARY KEY(life, number)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX journal_by_terminal ON journal(life, terminal_id, sequence);
        CREATE TRIGGER journal_is_never_changed BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
        CREATE TRIGGER journal_is_never_deleted BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
        """);
}
