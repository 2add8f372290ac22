package main

import (
	"fmt"
	"sort"
)

// whole holds the answers against the whole log, over all subjects: what no single subject can
// tell. `ops` are settled.
func whole(ops []*Op, log []Seen) (faults []string) {
	fault := func(format string, values ...interface{}) {
		faults = append(faults, fmt.Sprintf(format, values...))
	}
	positions := map[string]uint64{}
	for i, event := range log {
		if event.Position != uint64(i+1) {
			fault("position %d in the place of %d", event.Position, i+1)
		}
		if first, known := positions[event.ID]; known {
			fault("%s is in the log twice, at %d and %d", event.ID, first, event.Position)
		}
		positions[event.ID] = event.Position
	}
	asked := map[string]bool{}
	for _, op := range ops {
		for _, draft := range op.Drafts {
			asked[draft.ID] = true
		}
		for _, receipt := range op.Answer.Receipts {
			if positions[receipt.ID] != receipt.Position {
				fault("lost: %s, which is not in the log at %d", describe(op), receipt.Position)
			}
		}
		for _, seen := range op.Answer.Events {
			if seen.Position > uint64(len(log)) || seen.Hash != "" && log[seen.Position-1] != seen {
				fault("altered: event %d as %s saw it", seen.Position, describe(op))
			}
		}
		if named := highest(op); op.Return != never && named > op.Answer.Head {
			fault("%s names event %d, which is beyond the head it reflects", describe(op), named)
		}
	}
	for _, event := range log {
		if event.Source == source && !asked[event.ID] {
			fault("nobody sent %s at %d", event.ID, event.Position)
		}
	}
	return append(faults, inRealTime(ops)...)
}

// highest position that an answer names.
func highest(op *Op) (position uint64) {
	raise := func(to uint64) {
		if to > position {
			position = to
		}
	}
	for _, receipt := range op.Answer.Receipts {
		raise(receipt.Position)
	}
	for _, seen := range op.Answer.Events {
		raise(seen.Position)
	}
	if op.Answer.Status == 412 && op.Answer.Current != noVersion {
		raise(uint64(op.Answer.Current))
	}
	return position
}

// inRealTime: positions are one order over all subjects, and it is that of real time. What begins
// after an answer came lies behind all that the answer named, and reflects at least the same head.
func inRealTime(ops []*Op) (faults []string) {
	begun := map[string]int64{} // id → when it was first sent, by anybody
	for _, op := range ops {
		for _, draft := range op.Drafts {
			if first, known := begun[draft.ID]; !known || op.Call < first {
				begun[draft.ID] = op.Call
			}
		}
	}
	byReturn := append([]*Op(nil), ops...)
	sort.Slice(byReturn, func(i, j int) bool { return byReturn[i].Return < byReturn[j].Return })
	floors := make([]uint64, len(ops)) // the highest position named up to the return of each
	for i, op := range byReturn {
		if i > 0 {
			floors[i] = floors[i-1]
		}
		for _, named := range []uint64{highest(op), op.Answer.Head} {
			if named > floors[i] {
				floors[i] = named
			}
		}
	}
	floorAt := func(call int64) uint64 {
		before := sort.Search(len(byReturn), func(i int) bool { return byReturn[i].Return >= call })
		if before == 0 {
			return 0
		}
		return floors[before-1]
	}
	for _, op := range ops {
		if floor := floorAt(op.Call); op.Return != never && op.Answer.Head < floor {
			faults = append(faults, fmt.Sprintf("stale: %s, although event %d was known before it began",
				describe(op), floor))
		}
		for _, receipt := range op.Answer.Receipts {
			if floor := floorAt(begun[receipt.ID]); receipt.Position <= floor {
				faults = append(faults, fmt.Sprintf("out of order: %s, although event %d was known "+
					"before it was first sent", describe(op), floor))
			}
		}
	}
	return faults
}
