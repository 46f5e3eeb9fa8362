using Amqp;
using Amqp.Framing;
using Amqp.Listener;
using Amqp.Types;
using Marquee.Local.ServiceBus.Broker.Entities;

namespace Marquee.Local.ServiceBus.Broker.Wire;

/// <summary>A request to $cbs or a management node, and its answer.</summary>
internal sealed class Request(Message message, Action<Message> reply)
{
    private Map? _body;

    public Message Message { get; } = message;

    public string? Operation => Message.ApplicationProperties?["operation"] as string;

    /// <summary>The body of a management request: a map.</summary>
    public Map Body => _body ??= Message.Body as Map ?? [];

    public void Answer(int status, string description, object? body, string statusKey, string descriptionKey, string? condition = null)
    {
        var answer = new Message
        {
            Properties = new Properties(),
            ApplicationProperties = new ApplicationProperties { [statusKey] = status, [descriptionKey] = description },
            BodySection = new AmqpValue { Value = body },
        };
        answer.Properties.SetCorrelationId(Message.Properties?.GetMessageId());
        if (condition is not null)
            answer.ApplicationProperties["errorCondition"] = new Symbol(condition);
        reply(answer);
    }

    public void Succeed(Map? body = null) => Answer(200, "OK", body ?? [], "statusCode", "statusDescription");

    public void NoContent() => Answer(204, "No content", new Map(), "statusCode", "statusDescription");

    public void Fail(BrokerError error) => Answer(error.Status(), error.Description, null, "statusCode", "statusDescription", error.Condition);

    /// <summary>Succeeds with <paramref name="body"/> or fails, as the error says.</summary>
    public void Finish(BrokerError? error, Map? body = null)
    {
        if (error is null)
            Succeed(body);
        else
            Fail(error);
    }
}

/// <summary>The link on which requests come. Each names in reply-to the link that its answer goes to.</summary>
internal sealed class RequestEndpoint(ConnectionState connection, Action<Request> handle) : LinkEndpoint
{
    public override void OnMessage(MessageContext messageContext)
    {
        var incoming = (IncomingWireMessage)messageContext.Message;
        var message = incoming.DecodeAll();
        var reply = connection.FindReply(message.Properties?.ReplyTo);
        var outcome = reply is null
            ? (Outcome)new Rejected { Error = BrokerError.NotFound($"reply link {message.Properties?.ReplyTo}").ToWire() }
            : new Accepted();
        messageContext.Link.DisposeMessage(incoming, outcome, true);
        if (reply is not null)
            Handle(new Request(message, reply.Send));
    }

    public override void OnFlow(FlowContext flowContext)
    {
        // A sender's flow asks for nothing.
    }

    public override void OnDisposition(DispositionContext dispositionContext)
    {
        // The library has forgotten the delivery.
    }

    private void Handle(Request request)
    {
        try
        {
            handle(request);
        }
        catch (Exception e) when (e is FormatException or InvalidCastException or ArgumentException or OverflowException or KeyNotFoundException)
        {
            request.Fail(BrokerError.Invalid($"The request is not understood: {e.Message}"));
        }
    }
}
