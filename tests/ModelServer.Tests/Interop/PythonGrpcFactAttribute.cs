namespace Moodstream.ModelServer.Tests.Interop;

/// <summary>A test with Python's gRPC as Debian packages it; skipped, by name, where it is not installed.</summary>
public sealed class PythonGrpcFactAttribute : FactAttribute
{
    public const string Python = "/usr/bin/python3";

    private static readonly string[] Needed =
        [Python, "/usr/lib/python3/dist-packages/grpc/__init__.py", "/usr/lib/python3/dist-packages/grpc_tools/protoc.py"];

    public PythonGrpcFactAttribute()
    {
        if (!Needed.All(File.Exists))
        {
            Skip = "needs Debian's python3-grpcio and python3-grpc-tools";
        }
    }
}
