using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Marquee.TerminalGateway.Terminals;

/// <summary>The open connections of terminals, so that one that is shut out is out at once.</summary>
internal sealed class TerminalConnections : IDisposable
{
    /// <summary>Connections of one terminal; one more is closed before it can say anything.</summary>
    public const int MaxPerTerminal = 8;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<TerminalConnection>> _open = new(StringComparer.Ordinal);
    private readonly CertificateTable _certificates;

    public TerminalConnections(CertificateTable certificates)
    {
        _certificates = certificates;
        _certificates.Revoked += End;
    }

    public bool IsConnected(string terminalId)
    {
        lock (_gate) return _open.ContainsKey(terminalId);
    }

    /// <summary>Runs a connection whose handshake is done, for as long as its terminal is let in.</summary>
    public async Task RunAsync(ConnectionContext context, ConnectionDelegate next)
    {
        if (context.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is not { } certificate) return;
        var thumbprint = CertificateTable.ThumbprintOf(certificate);
        if (_certificates.Find(thumbprint).Certificate is not { } issued) return;
        using var key = certificate.GetECDsaPublicKey() ?? throw new InvalidOperationException("A certificate of the authority has no P-256 key.");
        var connection = new TerminalConnection(issued.TerminalId, thumbprint, key, context);
        if (!TryAdd(connection)) return;
        try
        {
            // Looked up again, for it may have been revoked between the handshake and being listed here.
            if (_certificates.Find(thumbprint).Certificate is null) return;
            context.Features.Set(connection);
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            Remove(connection);
        }
    }

    public void Dispose() => _certificates.Revoked -= End;

    private bool TryAdd(TerminalConnection connection)
    {
        lock (_gate)
        {
            if (!_open.TryGetValue(connection.TerminalId, out var connections)) _open.Add(connection.TerminalId, connections = []);
            if (connections.Count >= MaxPerTerminal) return false;
            connections.Add(connection);
            return true;
        }
    }

    private void Remove(TerminalConnection connection)
    {
        lock (_gate)
        {
            var connections = _open[connection.TerminalId];
            connections.Remove(connection);
            if (connections.Count == 0) _open.Remove(connection.TerminalId);
        }
    }

    private void End(string terminalId)
    {
        List<TerminalConnection> ended;
        lock (_gate) ended = _open.TryGetValue(terminalId, out var connections) ? [.. connections] : [];
        // Aborting runs others' continuations, and whoever revokes holds the store's writer.
        foreach (var connection in ended) ThreadPool.QueueUserWorkItem(c => c.Context.Abort(new ConnectionAbortedException("The terminal was revoked.")), connection, preferLocal: false);
    }
}
