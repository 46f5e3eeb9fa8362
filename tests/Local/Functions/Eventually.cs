namespace Marquee.Local.Functions.Tests;

/// <summary>Waits for something that happens elsewhere. The limit ends a broken run; it asserts no speed.</summary>
internal static class Eventually
{
    public static async Task True(Func<bool> condition, Action? between = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestHost.Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            between?.Invoke();
            await Task.Delay(5, limit.Token);
        }
    }
}
