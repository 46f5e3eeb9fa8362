namespace Marquee.Local.Durable.Storage;

/// <summary>Something to be stored, all or nothing. Many share one transaction.</summary>
internal abstract class StoreWrite
{
    /// <summary>Does it, on the writer's thread, inside the transaction.</summary>
    public abstract void Apply(WriteSession session);

    /// <summary>It is durable. Called on the writer's thread, in the order of the writes; must not wait.</summary>
    public abstract void Committed();

    /// <summary>The store has failed, and it was not stored, or nobody knows.</summary>
    public abstract void Abandoned(Exception reason);
}

/// <summary>A write that somebody awaits the answer of.</summary>
/// <param name="apply">Does it and gives the answer.</param>
/// <param name="committed">Told the answer once it is durable, before those who await it are.</param>
internal sealed class AwaitedWrite<T>(Func<WriteSession, T> apply, Action<T>? committed = null) : StoreWrite
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _answer;

    public Task<T> Done => _done.Task;

    public override void Apply(WriteSession session) => _answer = apply(session);

    public override void Committed()
    {
        committed?.Invoke(_answer!);
        _done.TrySetResult(_answer!);
    }

    public override void Abandoned(Exception reason) => _done.TrySetException(new StoreFailedException(reason));
}

/// <summary>The engine's store has failed and takes nothing more. Start the engine again.</summary>
internal sealed class StoreFailedException(Exception? reason)
    : IOException("The orchestration store has failed or was closed, and takes nothing more until the engine is started again.", reason);
