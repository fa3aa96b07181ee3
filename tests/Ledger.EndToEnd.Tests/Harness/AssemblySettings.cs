// Two consortia at a time: most tests wait for timers and for one another's processes more than they compute. What is
// measured in time, or in views, runs by itself afterwards (Alone).
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
