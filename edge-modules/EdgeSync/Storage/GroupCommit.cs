using Microsoft.Data.Sqlite;

namespace Marquee.EdgeSync.Storage;

/// <summary>A piece of work in the writer's queue and how to tell its caller.</summary>
internal sealed record PendingWrite(Action<EdgeTransaction> Work, Action Succeed, Action<Exception> Fail);

/// <summary>Runs several pieces of work in one SQLite transaction. Nobody is told of success before the commit is on disk.</summary>
internal static class GroupCommit
{
    public static void Run(StoreConnection connection, IReadOnlyList<PendingWrite> batch)
    {
        var kept = new List<(PendingWrite Write, EdgeTransaction Transaction)>(batch.Count);
        var open = new Queue<PendingWrite>(batch);
        try
        {
            connection.Run("BEGIN IMMEDIATE");
            while (open.TryPeek(out var write))
            {
                var transaction = new EdgeTransaction(connection);
                if (RunInSavepoint(connection, write, transaction)) kept.Add((write, transaction));
                open.Dequeue();
            }

            connection.Run("COMMIT");
        }
#pragma warning disable CA1031 // The writer outlives any failure; each caller gets the exception as its own.
        catch (Exception e)
#pragma warning restore CA1031
        {
            RollBack(connection);
            foreach (var (write, _) in kept) write.Fail(e);
            foreach (var write in open) write.Fail(e);
            return;
        }

        foreach (var (write, transaction) in kept)
        {
            // In this order: a caller that goes on finds done what was to happen on commit.
            transaction.Committed();
            write.Succeed();
        }
    }

    private static bool RunInSavepoint(StoreConnection connection, PendingWrite write, EdgeTransaction transaction)
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
            if (!TryRollBackTo(connection)) throw;
            write.Fail(e);
            return false;
        }

        connection.Run("RELEASE work");
        return true;
    }

    private static bool TryRollBackTo(StoreConnection connection)
    {
        try
        {
            connection.Run("ROLLBACK TO work; RELEASE work");
            return true;
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    private static void RollBack(StoreConnection connection)
    {
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
