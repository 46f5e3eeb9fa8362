namespace Marquee.Local.ServiceBus.Pumps;

/// <summary>One call of a pump's handler, and what is done when it throws.</summary>
internal static class PumpCall
{
    /// <returns>Whether the handler returned; false when it threw.</returns>
    internal static async Task<bool> RunAsync(
        PumpDelivery delivery,
        PumpHandler handler,
        PumpFaults faults,
        CancellationToken cancellationToken)
    {
        try
        {
            await handler(delivery, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception)
        {
            await faults.ReportAsync(ServiceBusErrorSource.ProcessMessageCallback, exception).ConfigureAwait(false);
        }

        if (delivery.Receiver.ReceiveMode == ServiceBusReceiveMode.PeekLock)
            foreach (var message in delivery.Messages)
                await AbandonAsync(delivery.Receiver, message, faults).ConfigureAwait(false);
        return false;
    }

    private static async Task AbandonAsync(ServiceBusReceiver receiver, ServiceBusReceivedMessage message, PumpFaults faults)
    {
        if (message.IsSettled)
            return;
        try
        {
            await receiver.AbandonMessageAsync(message).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // The lock will end by itself.
            await faults.ReportAsync(ServiceBusErrorSource.Abandon, exception).ConfigureAwait(false);
        }
    }
}
