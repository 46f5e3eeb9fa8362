namespace Marquee.StreamRelay.Tests;

/// <summary>Holds the media path to its promise: a packet in steady state allocates nothing.</summary>
internal static class SteadyState
{
    private const int Slices = 10;

    /// <summary>What the runtime may allocate for itself on the way, as when it replaces a method by a better compiled one.</summary>
    private const long RuntimesOwnBytes = 8 * 1024;

    /// <param name="slice">Handles a tenth of the packets, given which tenth, 0 to 9. What a packet costs shows in every slice.</param>
    public static void AllocatesNothing(Action<int> slice)
    {
        var allocated = new long[Slices];
        for (var i = 0; i < Slices; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            slice(i);
            allocated[i] = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.True(
            allocated.Count(bytes => bytes == 0) > Slices / 2 && allocated.Sum() <= RuntimesOwnBytes,
            $"Bytes allocated, slice by slice: {string.Join(", ", allocated)}");
    }
}
