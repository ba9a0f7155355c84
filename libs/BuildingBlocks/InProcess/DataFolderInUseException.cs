namespace Moodstream.BuildingBlocks.InProcess;

/// <summary>Another process, or another part of this one, holds the data folder.</summary>
public sealed class DataFolderInUseException : DataFolderException
{
    /// <summary>Says who.</summary>
    /// <param name="folder">The folder's path.</param>
    /// <param name="processId">The holder, where it could be read.</param>
    /// <param name="inner">What the file system said.</param>
    public DataFolderInUseException(string folder, int? processId, Exception? inner = null)
        : base(folder, Message(folder, processId), inner)
    {
        ProcessId = processId;
    }

    /// <summary>The process that holds the folder; null when that could not be read.</summary>
    public int? ProcessId { get; }

    private new static string Message(string folder, int? processId) =>
        processId is { } id
            ? $"data folder {folder} is in use by process {id}"
            : $"data folder {folder} is in use by another process";
}
