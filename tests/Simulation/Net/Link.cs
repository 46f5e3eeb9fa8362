using Marquee.Simulation.Time;

namespace Marquee.Simulation.Net;

/// <summary>How a link behaves while the weather lasts. Latency is one way.</summary>
internal sealed record Weather(TimeSpan LatencyLeast, TimeSpan LatencyMost, double Loss = 0, double Doubling = 0, bool IsCut = false)
{
    public static Weather Of(double leastMilliseconds, double mostMilliseconds, double loss = 0, double doubling = 0) =>
        new(TimeSpan.FromMilliseconds(leastMilliseconds), TimeSpan.FromMilliseconds(mostMilliseconds), loss, doubling);
}

/// <summary>
/// A line between two parties on which calls are made. A call or its answer may be late, overtaken, lost or, the call, delivered twice; a lost
/// one shows as a broken connection or as silence.
/// </summary>
internal sealed class Link(Agenda agenda, Chance chance, Weather fair, Func<string, Exception> broken)
{
    private Weather? _storm;

    public Weather Weather => _storm ?? fair;

    public void Blow(Weather storm) => _storm = storm;

    public void Clear() => _storm = null;

    /// <summary>Calls the other end. When <paramref name="caller"/> dies, no answer ever comes.</summary>
    public async Task<T> CallAsync<T>(Func<Task<T>> serve, Crash? caller, CancellationToken cancellationToken)
    {
        // Inline, on the agenda's step: where the answer goes on is decided by when it arrives.
        var answer = new TaskCompletionSource<T>();
        if (caller is not null && !caller.Survives()) return await answer.Task.ConfigureAwait(false);
        using var cancelled = cancellationToken.UnsafeRegister(_ => answer.TrySetCanceled(cancellationToken), null);
        if (IsLost()) Break("the request", answer, caller);
        else agenda.In(Latency(), () => Serve(serve, answer, caller));
        if (Weather.Doubling > 0 && chance.Happens(Weather.Doubling)) agenda.In(Latency() + Latency(), () => Serve(serve, null, null));
        return await answer.Task.ConfigureAwait(false);
    }

    private async void Serve<T>(Func<Task<T>> serve, TaskCompletionSource<T>? answer, Crash? caller)
    {
        T? result = default;
        Exception? failure = null;
        try
        {
            result = await serve().ConfigureAwait(false);
        }
        catch (ServerGoneException)
        {
            if (answer is not null) Break("the server", answer, caller);
            return;
        }
#pragma warning disable CA1031 // What the server throws is its answer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = e;
        }

        if (answer is null) return;
        if (IsLost())
        {
            Break("the answer", answer, caller);
            return;
        }

        agenda.In(Latency(), () =>
        {
            if (caller is not null && !caller.Survives()) return;
            if (failure is null) answer.TrySetResult(result!);
            else answer.TrySetException(failure);
        });
    }

    private void Break<T>(string what, TaskCompletionSource<T> answer, Crash? caller)
    {
        // Silence: the caller's own patience ends it.
        if (chance.Happens(0.5)) return;
        agenda.In(Latency(), () =>
        {
            if (caller is null || caller.Survives()) answer.TrySetException(broken(what));
        });
    }

    private bool IsLost() => Weather.IsCut || (Weather.Loss > 0 && chance.Happens(Weather.Loss));

    private TimeSpan Latency() => chance.Between(Weather.LatencyLeast, Weather.LatencyMost);
}

/// <summary>The server died or is not there: the caller sees a broken connection or silence.</summary>
internal sealed class ServerGoneException : Exception;
