using Amqp;
using Amqp.Framing;
using Amqp.Listener;
using Marquee.Local.ServiceBus.Broker.Entities;
using Marquee.Local.ServiceBus.Broker.Messages;

namespace Marquee.Local.ServiceBus.Broker.Wire;

/// <summary>A link on which a client sends. A message is accepted once it is on the disk.</summary>
internal sealed class SenderEndpoint(ISendTarget target, EntityContext context) : LinkEndpoint
{
    /// <summary>The message format of a batch: each data section is an encoded message.</summary>
    public const uint BatchFormat = 0x80013700;

    public override void OnMessage(MessageContext messageContext)
    {
        var link = messageContext.Link;
        var message = (IncomingWireMessage)messageContext.Message;
        try
        {
            if (message.Encoded.Length > context.Limits.MaxMessageBytes)
                throw BrokerError.TooLarge(message.Encoded.Length, context.Limits.MaxMessageBytes).ToException();
            var messages = message.Format == BatchFormat ? Unpack(message.DecodeAll()) : [Parse(message.Encoded)];
            target.Send(messages, error => Answer(link, message, error));
        }
        catch (FormatException e)
        {
            Answer(link, message, new BrokerError(ErrorCode.DecodeError, e.Message));
        }
        catch (AmqpException e)
        {
            Answer(link, message, new BrokerError(e.Error.Condition, e.Error.Description));
        }
    }

    public override void OnFlow(FlowContext flowContext)
    {
        // A sender's flow asks for nothing.
    }

    public override void OnDisposition(DispositionContext dispositionContext)
    {
        // A sender that settles early needs no answer: the library has forgotten the delivery.
    }

    private static void Answer(ListenerLink link, Message message, BrokerError? error)
    {
        link.DisposeMessage(message, error is null ? new Accepted() : new Rejected { Error = error.ToWire() }, true);
        message.Dispose();
    }

    private List<IncomingMessage> Unpack(Message batch) => batch.BodySection switch
    {
        Data one => [Parse(one.Binary)],
        DataList many => [.. Enumerable.Range(0, many.Count).Select(i => Parse(many[i].Binary))],
        _ => throw new FormatException("A batch holds data sections only."),
    };

    private IncomingMessage Parse(byte[] encoded) => MessageContent.Parse(encoded, () => context.NewLockToken().ToString("N"));
}
