using Amqp;
using Amqp.Framing;
using Amqp.Sasl;
using Amqp.Types;

namespace Marquee.Local.ServiceBus.Tests.Broker;

/// <summary>A bare AMQP client, for what official clients would not do.</summary>
internal sealed class WireClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Connection _connection;
    private int _links;

    private WireClient(Connection connection)
    {
        _connection = connection;
        Session = new Session(connection);
    }

    public Session Session { get; }

    public static Task<WireClient> ConnectAsync(TestBroker broker, string mechanism = "ANONYMOUS") => ConnectAsync(broker.Server.Port, mechanism);

    public static async Task<WireClient> ConnectAsync(int port, string mechanism = "ANONYMOUS")
    {
        var factory = new ConnectionFactory { SASL = { Profile = new Mechanism(mechanism) } };
        return new WireClient(await factory.CreateAsync(new Address($"amqp://127.0.0.1:{port}")));
    }

    /// <summary>The status of putting a token.</summary>
    public async Task<int> PutTokenAsync(string token)
    {
        var reply = $"reply-{_links++}";
        var requests = new SenderLink(Session, $"cbs-{_links}", "$cbs");
        var answers = new ReceiverLink(Session, reply, new Source { Address = "$cbs" }, null);
        var request = new Message { BodySection = new AmqpValue { Value = token }, Properties = new Properties { MessageId = reply, ReplyTo = reply }, ApplicationProperties = new ApplicationProperties() };
        request.ApplicationProperties["operation"] = "put-token";
        await requests.SendAsync(request, Patience);
        var answer = await answers.ReceiveAsync(Patience) ?? throw new TimeoutException("No answer from $cbs.");
        answers.Accept(answer);
        await requests.CloseAsync();
        await answers.CloseAsync();
        Assert.Equal(reply, answer.Properties.CorrelationId);
        return (int)answer.ApplicationProperties["status-code"];
    }

    /// <summary>Puts a token for everything.</summary>
    public async Task AuthorizeAsync(TimeProvider time) =>
        Assert.Equal(202, await PutTokenAsync(Sas.Token("sb://127.0.0.1/", "RootManageSharedAccessKey", "SAS_KEY_VALUE", time.GetUtcNow() + TimeSpan.FromDays(1))));

    public async Task<OpenLink> AttachAsync(string address, bool send)
    {
        var link = Attach(address, send, out var attached);
        Assert.True(await attached);
        return link;
    }

    /// <summary>The condition with which an attach is refused; null where it is not.</summary>
    public async Task<string?> AttachErrorAsync(string address, bool send)
    {
        var link = Attach(address, send, out var attached);
        return await attached ? null : await link.ClosedAsync();
    }

    public async ValueTask DisposeAsync() => await _connection.CloseAsync(TimeSpan.FromSeconds(5));

    // A refused attach is answered with neither source nor target, and then detached.
    private OpenLink Attach(string address, bool send, out Task<bool> attached)
    {
        var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        void OnAttached(ILink _, Attach attach) => answer.TrySetResult(attach.Source is not null || attach.Target is not null);
        var name = $"link-{_links++}";
        Link link = send
            ? new SenderLink(Session, name, new Attach { Source = new Source(), Target = new Target { Address = address } }, OnAttached)
            : new ReceiverLink(Session, name, new Attach { Source = new Source { Address = address }, Target = new Target() }, OnAttached);
        attached = answer.Task.WaitAsync(Patience);
        return new OpenLink(link);
    }

    internal sealed class OpenLink
    {
        private readonly TaskCompletionSource<string?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public OpenLink(Link link)
        {
            Link = link;
            link.AddClosedCallback((_, error) => _closed.TrySetResult(error?.Condition));
        }

        public Link Link { get; }

        public Task<string?> ClosedAsync() => _closed.Task.WaitAsync(Patience);
    }

    private sealed class Mechanism(string name) : SaslProfile(new Symbol(name))
    {
        protected override ITransport UpgradeTransport(ITransport transport) => transport;

        protected override DescribedList GetStartCommand(string hostname) => new SaslInit { Mechanism = Mechanism, InitialResponse = [0, (byte)'a', 0, (byte)'b'] };

        protected override DescribedList OnCommand(DescribedList command) => throw new NotSupportedException();
    }
}
