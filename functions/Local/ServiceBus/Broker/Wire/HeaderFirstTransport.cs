using Amqp;

namespace Marquee.Local.ServiceBus.Broker.Wire;

/// <summary>
/// Lets the client speak first after SASL. The library sends its protocol header and open at once; where they arrive in one
/// segment with the SASL outcome, the JavaScript client's AMQP library (rhea) leaves them unread until more comes, and both sides wait.
/// The service itself answers the client's header, so clients are used to this order.
/// </summary>
internal sealed class HeaderFirstTransport(IAsyncTransport inner) : IAsyncTransport
{
    private readonly TaskCompletionSource _clientSpoke = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void SetConnection(Connection connection) => inner.SetConnection(connection);

    public async Task SendAsync(IList<ByteBuffer> bufferList, int listSize)
    {
        if (!_clientSpoke.Task.IsCompleted)
            await _clientSpoke.Task.ConfigureAwait(false);
        await inner.SendAsync(bufferList, listSize).ConfigureAwait(false);
    }

    public async Task<int> ReceiveAsync(byte[] buffer, int offset, int count)
    {
        try
        {
            return await inner.ReceiveAsync(buffer, offset, count).ConfigureAwait(false);
        }
        finally
        {
            _clientSpoke.TrySetResult();
        }
    }

    public void Send(ByteBuffer buffer) => inner.Send(buffer);

    public int Receive(byte[] buffer, int offset, int count) => inner.Receive(buffer, offset, count);

    public void Close()
    {
        _clientSpoke.TrySetResult();
        inner.Close();
    }
}
