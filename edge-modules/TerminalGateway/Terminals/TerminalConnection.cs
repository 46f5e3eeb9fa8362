using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;

namespace Marquee.TerminalGateway.Terminals;

/// <summary>A terminal's connection: a feature of it, and so of its requests, which come one after the other.</summary>
/// <param name="Key">The public key of its certificate, with which its requests are signed.</param>
internal sealed record TerminalConnection(string TerminalId, string Thumbprint, ECDsa Key, ConnectionContext Context);
