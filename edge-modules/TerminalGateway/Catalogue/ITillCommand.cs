using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Commands;
using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Catalogue;

/// <summary>A part of the till that takes commands of its own kinds.</summary>
internal interface ITillCommand
{
    /// <summary>Null when the command is for somebody else.</summary>
    CommandVerdict? Apply(EdgeTransaction transaction, EdgeCommand command);
}
