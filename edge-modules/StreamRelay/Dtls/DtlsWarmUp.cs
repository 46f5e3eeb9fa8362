namespace Marquee.StreamRelay.Dtls;

/// <summary>
/// A handshake with ourselves at the start, so that the first viewer does not pay for the compilation (87 ms against 1.2).
/// </summary>
internal static class DtlsWarmUp
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <returns>Whether both sides got keys.</returns>
    public static async Task<bool> RunAsync(DtlsIdentity identity, HandshakePool pool, TimeProvider time)
    {
        var server = new Side();
        var client = new Side();
        server.Association = new DtlsAssociation(identity, DtlsRole.Server, identity.Fingerprint, server);
        client.Association = new DtlsAssociation(identity, DtlsRole.Client, identity.Fingerprint, client);
        (server.Other, client.Other) = (client, server);
        server.Association.Start(pool);
        client.Association.Start(pool);
        try
        {
            var done = await Task.WhenAll(server.Done.Task, client.Done.Task).WaitAsync(Patience, time);
            return done.All(d => d);
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            server.Association.Close();
            client.Association.Close();
        }
    }

    private sealed class Side : IDtlsEvents
    {
        public TaskCompletionSource<bool> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public DtlsAssociation? Association { get; set; }

        public Side? Other { get; set; }

        public void Send(byte[] datagram) => Other!.Association!.Offer(datagram);

        public void OnKeys(DtlsKeys keys) => Done.TrySetResult(true);

        public void OnData(byte[] message)
        {
        }

        public void OnFailed(string reason) => Done.TrySetResult(false);

        public void OnRemoteClosed()
        {
        }
    }
}
