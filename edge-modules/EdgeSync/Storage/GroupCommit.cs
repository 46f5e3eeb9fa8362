using Microsoft.Data.Sqlite;

namespace Marquee.EdgeSync.Storage;

/// <summary>A piece of work in the writer's queue and how to tell its caller.</summary>
internal sealed record PendingWrite(Action<EdgeTransaction> Work, Action Succeed, Action<Exception> Fail);

/// <summary>Runs several pieces of work in one SQLite transaction. Nobody is told of success before the commit is on disk.</summary>
internal sealed class GroupCommit(StoreConnection connection)
{
    private readonly WriterMemory _memory = new();

    public void Run(IReadOnlyList<PendingWrite> batch)
    {
        // Work fails by a bug or a broken disk and else never, while a savepoint copies every page that its work changes: first without.
        if (!TryRunTogether(batch)) RunApart(batch);
    }

    /// <summary>All of the batch or nothing. False when one of several pieces of work threw: nothing is kept, and nobody was told.</summary>
    private bool TryRunTogether(IReadOnlyList<PendingWrite> batch)
    {
        var kept = new List<(PendingWrite Write, EdgeTransaction Transaction)>(batch.Count);
        var isWorking = false;
        try
        {
            connection.Run("BEGIN IMMEDIATE");
            isWorking = true;
            foreach (var write in batch)
            {
                var transaction = new EdgeTransaction(connection, _memory);
                write.Work(transaction);
                kept.Add((write, transaction));
            }

            isWorking = false;
            connection.Run("COMMIT");
        }
#pragma warning disable CA1031 // The writer outlives any failure; each caller gets the exception as its own.
        catch (Exception e)
#pragma warning restore CA1031
        {
            RollBack();
            if (isWorking && batch.Count > 1) return false;
            foreach (var write in batch) write.Fail(e);
            return true;
        }

        Tell(kept);
        return true;
    }

    /// <summary>Each piece of work in its savepoint: one that throws leaves the others untouched.</summary>
    private void RunApart(IReadOnlyList<PendingWrite> batch)
    {
        var kept = new List<(PendingWrite Write, EdgeTransaction Transaction)>(batch.Count);
        var open = new Queue<PendingWrite>(batch);
        try
        {
            connection.Run("BEGIN IMMEDIATE");
            while (open.TryPeek(out var write))
            {
                var transaction = new EdgeTransaction(connection, _memory);
                if (RunInSavepoint(write, transaction)) kept.Add((write, transaction));
                open.Dequeue();
            }

            connection.Run("COMMIT");
        }
#pragma warning disable CA1031 // As above.
        catch (Exception e)
#pragma warning restore CA1031
        {
            RollBack();
            foreach (var (write, _) in kept) write.Fail(e);
            foreach (var write in open) write.Fail(e);
            return;
        }

        Tell(kept);
    }

    private static void Tell(List<(PendingWrite Write, EdgeTransaction Transaction)> kept)
    {
        foreach (var (write, transaction) in kept)
        {
            // In this order: a caller that goes on finds done what was to happen on commit.
            transaction.Committed();
            write.Succeed();
        }
    }

    private bool RunInSavepoint(PendingWrite write, EdgeTransaction transaction)
    {
        connection.Run("SAVEPOINT work");
        try
        {
            write.Work(transaction);
        }
#pragma warning disable CA1031 // Whatever the work threw belongs to its caller, not to the writer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            // SQLite itself ends the whole transaction on some errors, such as a full disk: then nothing of the batch is left to keep.
            if (!TryRollBackTo()) throw;
            write.Fail(e);
            return false;
        }

        connection.Run("RELEASE work");
        return true;
    }

    private bool TryRollBackTo()
    {
        _memory.Forget();
        try
        {
            connection.Run("ROLLBACK TO work");
            connection.Run("RELEASE work");
            return true;
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    private void RollBack()
    {
        _memory.Forget();
        try
        {
            connection.Run("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has already rolled back by itself.
        }
    }
}
