using System.Net;
using System.Net.Sockets;

namespace Marquee.Local.Platform.Processes;

/// <summary>How one sees from outside that a process does its work.</summary>
internal abstract record Readiness
{
    /// <summary>One look; false for not yet.</summary>
    public abstract Task<bool> CheckAsync(HttpClient http, CancellationToken cancellationToken);
}

/// <summary>A health endpoint answers with success.</summary>
internal sealed record HttpReady(Uri Health) : Readiness
{
    public override async Task<bool> CheckAsync(HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.GetAsync(Health, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false; // the client's own time-out
        }
    }
}

/// <summary>Every port takes connections on loopback.</summary>
internal sealed record PortsReady(params IReadOnlyList<int> Ports) : Readiness
{
    public override async Task<bool> CheckAsync(HttpClient http, CancellationToken cancellationToken)
    {
        foreach (var port in Ports)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            }
            catch (SocketException)
            {
                return false;
            }
        }

        return true;
    }
}
