using System.Collections.Concurrent;
using Marquee.StreamRelay.Dtls;
using Marquee.StreamRelay.Srtp;

namespace Marquee.StreamRelay.Tests.Dtls;

public sealed class DtlsAssociationTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly DtlsIdentity Server = DtlsIdentity.Create(TimeProvider.System);
    private static readonly DtlsIdentity Client = DtlsIdentity.Create(TimeProvider.System);

    [Fact]
    public async Task Both_sides_get_the_same_keys_the_other_way_round()
    {
        var (server, client) = Pair();
        var ours = await server.Keys.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        var theirs = await client.Keys.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(SrtpProfile.AeadAes128Gcm, ours.Profile);
        Assert.Equal(ours.LocalKey, theirs.RemoteKey);
        Assert.Equal(ours.LocalSalt, theirs.RemoteSalt);
        Assert.Equal(ours.RemoteKey, theirs.LocalKey);
        Assert.NotEqual(ours.LocalKey, ours.RemoteKey);
        Assert.Equal(12, ours.LocalSalt.Length);
    }

    [Fact]
    public async Task Lost_datagrams_are_sent_again()
    {
        // The first of each side is lost, and every third after it.
        var (server, client) = Pair(drop: n => n % 3 == 0);
        await server.Keys.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await client.Keys.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Garbage_between_the_flights_does_no_harm()
    {
        var (server, client) = Pair(start: false);
        for (var i = 0; i < 10; i++) server.Association!.Offer([22, 254, 253, 0, 1, 0, 0, 0, 0, 0, (byte)i, 0, 4, 1, 2, 3, 4]);
        server.Association!.Offer([22, 254, 253, 0]);
        server.Association.Offer([99, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
        server.Association.Start(new HandshakePool());
        server.Association.Offer([23, 254, 253, 0, 1, 0, 0, 0, 0, 0, 1, 0, 2, 9, 9]);
        client.Association!.Start(new HandshakePool());
        await client.Keys.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_certificate_that_was_not_announced_fails_both()
    {
        var (server, client) = Pair(expectedByServer: Server.Fingerprint);
        await server.Failed.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await client.Failed.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.False(server.Keys.Task.IsCompleted);
        Assert.False(client.Keys.Task.IsCompleted);
    }

    [Fact]
    public async Task A_close_says_goodbye_once_and_a_handshake_under_way_ends()
    {
        var (server, client) = Pair();
        await server.Keys.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await client.Keys.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        SpinWait.SpinUntil(() => server.Association!.SendData("x"u8), Patience);
        server.Association!.Close();
        server.Association.Close();
        await client.RemoteClosed.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.False(server.Association.SendData("y"u8));

        var pool = new HandshakePool();
        var (waiting, _) = Pair(start: false);
        waiting.Association!.Start(pool);
        waiting.Association.Close();
        Assert.True(SpinWait.SpinUntil(() => pool.Running == 0, Patience));
    }

    [Fact]
    public void Handshakes_past_the_bounds_are_refused_and_waiting_ones_run_later()
    {
        var pool = new HandshakePool(maxRunning: 2, maxWaiting: 3);
        using var gate = new ManualResetEventSlim();
        var ran = 0;
        void Work()
        {
            gate.Wait();
            Interlocked.Increment(ref ran);
        }

        var accepted = Enumerable.Range(0, 10).Count(_ => pool.TryRun(Work));
        Assert.Equal(5, accepted);
        gate.Set();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref ran) == 5 && pool.Running == 0, Patience));
    }

    [Theory]
    [InlineData("sha-256", true)]
    [InlineData("SHA-256", true)]
    [InlineData("sha-1", false)]
    public void A_fingerprint_is_read_as_it_is_printed(string algorithm, bool expected)
    {
        var text = Server.Fingerprint.ToString();
        Assert.Equal(expected, DtlsFingerprint.TryParse(algorithm, text.ToLowerInvariant(), out var parsed));
        if (expected) Assert.Equal(Server.Fingerprint, parsed);
        Assert.False(DtlsFingerprint.TryParse("sha-256", text.AsSpan(1), out _));
        Assert.False(DtlsFingerprint.TryParse("sha-256", text.Replace(':', '-'), out _));
    }

    private static (Side Server, Side Client) Pair(Func<int, bool>? drop = null, DtlsFingerprint? expectedByServer = null, bool start = true)
    {
        var server = new Side(drop);
        var client = new Side(drop);
        (server.Other, client.Other) = (client, server);
        server.Association = new DtlsAssociation(Server, DtlsRole.Server, expectedByServer ?? Client.Fingerprint, server);
        client.Association = new DtlsAssociation(Client, DtlsRole.Client, Server.Fingerprint, client);
        if (start)
        {
            var pool = new HandshakePool();
            server.Association.Start(pool);
            client.Association.Start(pool);
        }
        return (server, client);
    }

    private sealed class Side(Func<int, bool>? drop) : IDtlsEvents
    {
        private int _sent;

        public TaskCompletionSource<DtlsKeys> Keys { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Failed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource RemoteClosed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<byte[]> Messages { get; } = new();

        public DtlsAssociation? Association { get; set; }

        public Side? Other { get; set; }

        public void Send(byte[] datagram)
        {
            if (drop?.Invoke(Interlocked.Increment(ref _sent) - 1) != true) Other!.Association!.Offer(datagram);
        }

        public void OnKeys(DtlsKeys keys) => Keys.TrySetResult(keys);

        public void OnData(byte[] message) => Messages.Enqueue(message);

        public void OnFailed(string reason) => Failed.TrySetResult();

        public void OnRemoteClosed() => RemoteClosed.TrySetResult();
    }
}
