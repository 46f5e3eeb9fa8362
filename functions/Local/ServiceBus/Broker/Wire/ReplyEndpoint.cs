using Amqp;
using Amqp.Listener;

namespace Marquee.Local.ServiceBus.Broker.Wire;

/// <summary>The link on which a client gets answers from $cbs or a management node.</summary>
internal sealed class ReplyEndpoint(ListenerLink link) : LinkEndpoint
{
    /// <summary>Answers that wait for the client's credit; beyond it the link ends, for the client does not read.</summary>
    private const int MaxWaiting = 1_000;

    private readonly Lock _gate = new();
    private readonly LinkCredit _credit = new();
    private readonly Queue<Message> _waiting = new();

    public void Send(Message answer)
    {
        bool full;
        lock (_gate)
        {
            full = _waiting.Count >= MaxWaiting;
            if (!full)
                _waiting.Enqueue(answer);
        }

        if (full)
            link.Close(TimeSpan.Zero, Entities.BrokerError.Busy.ToWire());
        else
            Flush();
    }

    public override void OnFlow(FlowContext flowContext)
    {
        lock (_gate)
            _credit.Changed(flowContext.Messages);
        Flush();
    }

    public override void OnDisposition(DispositionContext dispositionContext) =>
        link.DisposeMessage(dispositionContext.Message, dispositionContext.DeliveryState, true);

    private void Flush()
    {
        lock (_gate)
        {
            while (_waiting.Count > 0 && _credit.TryReserve())
            {
                _credit.Sent();
                try
                {
                    link.SendMessage(_waiting.Dequeue());
                }
                catch (Exception e) when (e is AmqpException or ObjectDisposedException)
                {
                    // The client left without waiting for its answer.
                    _waiting.Clear();
                }
            }
        }
    }
}
