namespace Marquee.TerminalGateway.Sales;

/// <summary>One at a time per order: a concurrent duplicate waits for the first and then finds its answer in the journal.</summary>
internal sealed class OrderGates(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Gate> _gates = new(StringComparer.Ordinal);

    /// <summary>
    /// Enters when nobody else works on the order, or returns null when somebody still does after <paramref name="patience"/>. Dispose to leave.
    /// </summary>
    public async Task<IDisposable?> TryEnterAsync(string orderId, TimeSpan patience)
    {
        Gate? gate;
        lock (_lock)
        {
            if (!_gates.TryGetValue(orderId, out gate)) _gates.Add(orderId, gate = new Gate(this, orderId));
            gate.Users++;
        }

        // A token that is cancelled already would refuse even a free gate, and a timer for each sale is for nothing.
        if (gate.Semaphore.Wait(0, CancellationToken.None)) return gate;
        using var limit = new CancellationTokenSource(patience, time);
        try
        {
            await gate.Semaphore.WaitAsync(limit.Token).ConfigureAwait(false);
            return gate;
        }
        catch (OperationCanceledException)
        {
            Forget(gate);
            return null;
        }
    }

    private void Forget(Gate gate)
    {
        lock (_lock)
        {
            if (--gate.Users > 0) return;
            _gates.Remove(gate.OrderId);
        }

        gate.Semaphore.Dispose();
    }

    private sealed class Gate(OrderGates owner, string orderId) : IDisposable
    {
        public SemaphoreSlim Semaphore { get; } = new(1, 1);

        public string OrderId => orderId;

        public int Users { get; set; }

        public void Dispose()
        {
            Semaphore.Release();
            owner.Forget(this);
        }
    }
}
