using Moodstream.ServiceDefaults;
using Moodstream.Sidecar;
using Moodstream.Trends;

var builder = ServiceProgram.CreateBuilder(args);

builder.AddServiceDefaults();            // health, telemetry, time to stop
builder.AddBuildingBlocks();             // pub/sub, state and actors: Dapr's, or this process's own
builder.AddTrends();                     // tweets.scored -> TopicMood actors -> mood.windows, mood.shifts

var app = builder.Build();

app.MapDefaultEndpoints();               // /health/live, /health/ready
app.MapBuildingBlocks();                 // what a Dapr sidecar calls

app.Run();
